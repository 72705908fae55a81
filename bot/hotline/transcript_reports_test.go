package hotline_test

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/rumour"
	"tinye/storage"
)

// reportStep does one thing at the desk with a report; known is false for a verb of something else.
//
//	! ELI enter {a} voice_call 70123456 call fra | what was said     - for what is not told: number, way, language
//	! CISSE ask {a} | Où ? Quel jour ?
//	! DJENEBA reply {a} | the answer
//	! DJENEBA label {a} question
//	! DJENEBA close {a} duplicate
//	! AMI calls {a} {b}            these and no others wait for a call, in this order; - for none
//	! AMI call {a} 70123456 | what is read out
//	! AMI called {a} reached
func (p *player) reportStep(name, verb string, args []string, text string) (known bool, err error) {
	ctx, act := context.Background(), p.act(name)
	given := func(i int) string {
		if i >= len(args) || args[i] == "-" {
			return ""
		}
		return args[i]
	}
	switch verb {
	case "enter":
		made, err := p.EnterReport(ctx, act, hotline.Telling{
			Channel: bot.Channel(given(1)), Number: given(2), ReplyBy: bot.ReplyBy(given(3)), Lang: bot.Lang(given(4)), Text: text,
		})
		if err == nil {
			p.names[strings.Trim(args[0], "{}")] = string(made.Report.Ref)
		}
		return true, err
	case "ask":
		_, err := p.AskReporter(ctx, act, args[0], text)
		return true, err
	case "reply":
		_, err := p.ReplyToReport(ctx, act, args[0], text)
		return true, err
	case "label":
		_, err := p.LabelReport(ctx, act, args[0], bot.ReportLabel(args[1]))
		return true, err
	case "close":
		_, err := p.CloseReport(ctx, act, args[0], bot.CloseReason(args[1]))
		return true, err
	case "calls":
		var refs []string
		err := p.Store.View(ctx, func(tx storage.Tx) error {
			list, _, err := p.Desk.Calls(tx, act, 50)
			for _, c := range list {
				refs = append(refs, string(c.Report.Ref))
			}
			return err
		})
		if want := slices.DeleteFunc(args, func(s string) bool { return s == "-" }); err == nil && !slices.Equal(refs, want) {
			err = fmt.Errorf("%q wait for a call", refs)
		}
		return true, err
	case "call":
		read, err := p.Call(ctx, act, args[0])
		if err == nil && (read.Number.Value != "+223"+args[1] || string(read.Text) != text) {
			err = fmt.Errorf("the call reads %q", string(read.Text))
		}
		return true, err
	case "called":
		_, err := p.Called(ctx, act, args[0], rumour.CallOutcome(args[1]), bot.Helpful(strings.Join(args[2:], "")))
		return true, err
	}
	return false, nil
}
