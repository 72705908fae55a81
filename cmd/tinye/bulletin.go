package main

type bulletinCmd struct {
	Schedule bulletinSchedule `cmd:"" help:"Send a bulletin at a time, or again and again; the next times are shown."`
	Send     bulletinSend     `cmd:"" help:"Send an approved bulletin now. Pressed twice it is sent once."`
	Pause    bulletinPause    `cmd:"" help:"Hold what has not left of a bulletin."`
	Resume   bulletinResume   `cmd:"" help:"Let a paused bulletin go on."`
}
