package admin

import (
	"context"
	"errors"
	"maps"
	"net/http"

	"tinye/bot"
	"tinye/bot/panicked"
	"tinye/storage"
)

// Problem is a refusal.
type Problem struct {
	Code     bot.Code `json:"code"`
	Key      string   `json:"key"`      // of the sentence
	Sentence string   `json:"sentence"` // for the person, in the desk's language
}

// Error is the sentence.
func (p *Problem) Error() string { return p.Sentence }

// statuses are the HTTP statuses of the codes.
var statuses = map[bot.Code]int{
	bot.CodeInvalid:     http.StatusBadRequest,
	bot.CodeNotFound:    http.StatusNotFound,
	bot.CodeConflict:    http.StatusConflict,
	bot.CodeForbidden:   http.StatusForbidden,
	bot.CodeRefused:     http.StatusUnprocessableEntity,
	bot.CodeUnavailable: http.StatusServiceUnavailable,
	bot.CodeInternal:    http.StatusInternalServerError,
}

// refuse answers with what the person needs to know of an error; the log gets the rest if it is a fault of ours.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	fault := faultOf(err)
	if fault.Code == bot.CodeInternal {
		log := s.Log.With("path", r.URL.Path, "err", err)
		if p, ok := errors.AsType[*panicked.Error](err); ok {
			log = log.With("calls", p.Calls)
		}
		log.Error("admin: a request failed")
	}
	s.answer(w, r, statuses[fault.Code], &Problem{Code: fault.Code, Key: fault.Key, Sentence: s.sentence(fault)})
}

// faultOf is what an error means to the person who asked.
func faultOf(err error) *bot.Error {
	if fault, ok := errors.AsType[*bot.Error](err); ok && statuses[fault.Code] != 0 && fault.Code != bot.CodeInternal {
		return fault
	}
	switch {
	case storage.Unavailable(err) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled):
		return bot.Fault(bot.CodeUnavailable, "desk.unavailable")
	case errors.Is(err, storage.ErrConflict):
		return bot.Fault(bot.CodeConflict, "desk.conflict")
	case errors.Is(err, storage.ErrWrongKey):
		return bot.Fault(bot.CodeForbidden, "desk.wrong_key")
	default:
		return bot.Fault(bot.CodeInternal, "desk.internal")
	}
}

// sentence is a fault's text. A value that was typed empty shows as a question mark: a sentence with a hole says less.
func (s *Server) sentence(fault *bot.Error) string {
	args := maps.Clone(fault.Args)
	for name, value := range args {
		if prefix := wordsOf(fault.Key, name); prefix != "" {
			args[name] = s.inWords(prefix, value)
		}
		if value == "" {
			args[name] = "?"
		}
	}
	return s.Texts.Text(s.DeskLang, fault.Key, args).Text
}
