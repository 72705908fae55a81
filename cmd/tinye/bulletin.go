package main

type bulletinCmd struct {
	New      bulletinNew      `cmd:"" help:"Write a draft."`
	Edit     bulletinEdit     `cmd:"" help:"Change whom a draft is for, until when it holds and the rest besides its texts."`
	Write    bulletinWrite    `cmd:"" help:"Write the text in one language and for one channel."`
	Back     bulletinBack     `cmd:"" help:"Put a translation back into the first language, to see whether it says the same."`
	Check    bulletinCheck    `cmd:"" help:"All that is found about a bulletin, and what to do."`
	Harm     bulletinHarm     `cmd:"" help:"Answer the do-no-harm list; without answers, print it."`
	Submit   bulletinSubmit   `cmd:"" help:"Ask for approval."`
	Return   bulletinReturn   `cmd:"" help:"Give a bulletin back to its author."`
	Approve  bulletinApprove  `cmd:"" help:"Approve a bulletin that others wrote; its texts are frozen then."`
	Withdraw bulletinWithdraw `cmd:"" help:"Take a bulletin back: nothing more of it leaves."`
	Correct  bulletinCorrect  `cmd:"" help:"Write a correction, or with --withdraw a withdrawal, for those who may have got a bulletin."`
	Show     bulletinShow     `cmd:"" help:"Show a bulletin with its texts and where it was read."`
	List     bulletinList     `cmd:"" help:"List bulletins, newest first."`
	History  bulletinHistory  `cmd:"" help:"Who did what to a bulletin."`
	Script   bulletinScript   `cmd:"" help:"Write a script to a page in large type."`
	Aired    bulletinAired    `cmd:"" help:"Note that a script was read out, and where."`
	Schedule bulletinSchedule `cmd:"" help:"Send a bulletin at a time, or again and again; the next times are shown."`
	Preview  bulletinPreview  `cmd:"" help:"Whom a bulletin would reach, what it would cost and how long it would take."`
	Send     bulletinSend     `cmd:"" help:"Send an approved bulletin now. Pressed twice it is sent once."`
	Pause    bulletinPause    `cmd:"" help:"Hold what has not left of a bulletin."`
	Resume   bulletinResume   `cmd:"" help:"Let a paused bulletin go on."`
}
