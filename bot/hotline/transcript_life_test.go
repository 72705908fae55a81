package hotline_test

import (
	"context"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/rumour"
)

// lifeStep moves a rumour on.
//
//	! AMI triage {rumour} high          ! AMI assign {rumour} CISSE        ! AMI reject {rumour} out_of_scope
//	! AMI withhold {rumour} | harm      ! AMI shut {rumour} REASON      ! AMI reopen {rumour} | why
//	! FOUSSENI lift {rumour} | why
func (p *player) lifeStep(act people.Act, verb string, args []string, text string) error {
	step := rumour.Step{Comment: text}
	ctx := context.Background()
	var err error
	switch verb {
	case "triage":
		step.Theme, step.Risk.Level = bot.RumourOtherTheme, bot.RiskLevel(args[1])
		step.Areas = sitePlaces()[:1]
		_, err = p.Step(ctx, act, args[0], step, rumour.Desk.Triage)
	case "assign":
		step.Assignee = args[1]
		_, err = p.Step(ctx, act, args[0], step, rumour.Desk.Assign)
	case "withhold":
		_, err = p.Step(ctx, act, args[0], step, rumour.Desk.Withhold)
	case "reject":
		step.Reason = bot.ClosedReason(args[1])
		_, err = p.Step(ctx, act, args[0], step, rumour.Desk.Reject)
	case "shut":
		step.Reason = bot.ClosedReason(args[1])
		_, err = p.Step(ctx, act, args[0], step, rumour.Desk.Close)
	case "lift":
		_, err = p.Step(ctx, act, args[0], step, rumour.Desk.Lift)
	case "reopen":
		_, err = p.Reopen(ctx, act, args[0], step)
	}
	return err
}
