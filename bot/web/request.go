package web

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"tinye/bot/gateway"
)

// Request copies what came, once: nothing of it belongs to Fiber, which gives the same memory to the next request.
//
// An error means that the query is no query (a bare semicolon, a broken escape); what could not be read is missing from
// Query then, and RawQuery has it all. The error may quote the query and is not for logs.
func Request(c *fiber.Ctx) (gateway.Request, error) {
	in := c.Request()
	header := headers(c)
	r := gateway.Request{
		Method:      string(in.Header.Method()),
		RawQuery:    string(in.URI().QueryString()),
		ContentType: header[fiber.HeaderContentType],
		Header:      header,
		Body:        bytes.Clone(in.Body()), // c.Body() would unpack a Content-Encoding, past every limit
	}
	if r.RawQuery == "" {
		return r, nil
	}
	var err error
	if r.Query, err = url.ParseQuery(r.RawQuery); err != nil {
		return r, fmt.Errorf("web: query: %w", err)
	}
	return r, nil
}

// headers copies every header, the last value of each. All names and values share one string: there are about ten in a
// request, and a copy for each of them would be most of what the edge allocates.
func headers(c *fiber.Ctx) map[string]string {
	h := &c.Request().Header
	raw := h.RawHeaders()
	out := make(map[string]string, bytes.Count(raw, []byte("\n")))
	var all strings.Builder
	all.Grow(len(raw))
	for name, value := range h.All() {
		from := all.Len()
		all.Write(name)
		mid := all.Len()
		all.Write(value)
		s := all.String()
		out[s[from:mid]] = s[mid:]
	}
	return out
}
