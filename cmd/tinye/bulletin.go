package main

type bulletinCmd struct {
	New      bulletinNew      `cmd:"" help:"Écrire un brouillon."`
	Edit     bulletinEdit     `cmd:"" help:"Changer pour qui est un brouillon, jusqu'à quand il vaut, et le reste en dehors de ses textes."`
	Write    bulletinWrite    `cmd:"" help:"Écrire le texte dans une langue et pour un canal."`
	Back     bulletinBack     `cmd:"" help:"Retraduire une traduction dans la première langue, pour voir si elle dit la même chose."`
	Check    bulletinCheck    `cmd:"" help:"Tout ce qui manque à un bulletin, et quoi faire."`
	Harm     bulletinHarm     `cmd:"" help:"Répondre aux questions de prudence; sans réponses, les lire."`
	Submit   bulletinSubmit   `cmd:"" help:"Demander l'approbation."`
	Return   bulletinReturn   `cmd:"" help:"Rendre un bulletin à son auteur."`
	Approve  bulletinApprove  `cmd:"" help:"Approuver un bulletin que d'autres ont écrit; ses textes ne changent plus."`
	Withdraw bulletinWithdraw `cmd:"" help:"Retirer un bulletin: rien de plus n'en part."`
	Correct  bulletinCorrect  `cmd:"" help:"Écrire une correction, ou avec --withdraw un retrait, pour ceux qui ont pu recevoir un bulletin."`
	Show     bulletinShow     `cmd:"" help:"Montrer un bulletin avec ses textes, et où il a été lu."`
	List     bulletinList     `cmd:"" help:"Lister les bulletins, les derniers d'abord."`
	History  bulletinHistory  `cmd:"" help:"Qui a fait quoi d'un bulletin."`
	Script   bulletinScript   `cmd:"" help:"Écrire un texte à lire sur une page en grandes lettres."`
	Aired    bulletinAired    `cmd:"" help:"Noter qu'un texte a été lu, et où."`
	Schedule bulletinSchedule `cmd:"" help:"Envoyer un bulletin à une heure, ou régulièrement; les prochaines fois sont montrées."`
	Preview  bulletinPreview  `cmd:"" help:"Qui un bulletin toucherait, ce qu'il coûterait et combien de temps il prendrait."`
	Send     bulletinSend     `cmd:"" help:"Envoyer maintenant un bulletin approuvé. Demandé deux fois, il part une fois."`
	Pause    bulletinPause    `cmd:"" help:"Retenir ce qui n'est pas encore parti d'un bulletin."`
	Resume   bulletinResume   `cmd:"" help:"Laisser continuer un bulletin en pause."`
}
