package admin

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"

	"tinye/bot"
	"tinye/bot/hotline"
)

// WholeTrailer is the trailer that follows an answer which was written piece by piece to its end. Without it there is only a
// part.
const WholeTrailer = "Tinye-Whole"

// pieceSize is how much of such an answer is held back before it is sent, in bytes.
const pieceSize = 32 << 10

// pieces writes an answer piece by piece.
type pieces func(context.Context, io.Writer) error

// piecewise holds pieces back until there is enough to send, or Flush is called.
type piecewise struct {
	*bufio.Writer
	control *http.ResponseController
}

// Flush sends what was held back to whoever waits.
func (p *piecewise) Flush() error {
	return errors.Join(p.Writer.Flush(), p.control.Flush())
}

// streamed is the endpoint of a function whose answer may be longer than memory holds. What it refuses is a Problem as
// elsewhere; what fails later ends the answer without its trailer.
func streamed[Q any](s *Server, do func(context.Context, *hotline.Service, Q) (pieces, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var q Q
		if err := decode(http.MaxBytesReader(w, r.Body, sizeLimit(r)), &q); err != nil {
			s.refuse(w, r, err)
			return
		}
		h, ok := s.Service()
		if !ok {
			s.refuse(w, r, bot.Fault(bot.CodeUnavailable, "desk.locked"))
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), timeLimit(r))
		defer cancel()
		write, err := call(ctx, func(ctx context.Context, q Q) (pieces, error) { return do(ctx, h, q) }, q)
		if err != nil {
			s.refuse(w, r, err)
			return
		}
		w.Header().Set("Content-Type", "application/octet-stream")
		if h.Site.Zone != nil {
			w.Header().Set(ZoneHeader, h.Site.Zone.String())
		}
		w.Header().Set("Trailer", WholeTrailer)
		out := &piecewise{Writer: bufio.NewWriterSize(w, pieceSize), control: http.NewResponseController(w)}
		_, err = call(ctx, func(ctx context.Context, _ Q) (struct{}, error) {
			if err := write(ctx, out); err != nil {
				return struct{}{}, err
			}
			return struct{}{}, out.Writer.Flush()
		}, q)
		if err != nil {
			s.Log.Error("admin: an answer was not written to its end", "path", r.URL.Path, "err", err)
			return
		}
		w.Header().Set(WholeTrailer, "yes")
	})
}
