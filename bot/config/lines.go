package config

import (
	"regexp"
	"strings"
)

var (
	headerLine = regexp.MustCompile(`^\s*(\[\[?)\s*([A-Za-z0-9_-]+(?:\s*\.\s*[A-Za-z0-9_-]+)*)\s*\]`)
	keyLine    = regexp.MustCompile(`^\s*([A-Za-z0-9_-]+(?:\s*\.\s*[A-Za-z0-9_-]+)*)\s*=`)
)

// lineNumbers finds the line of every key that stands at the start of a line, which is how people write them; the
// parser does not give them. Gateways and routes are counted from 1, as in gateway[1].name.
func lineNumbers(data []byte) map[string]int {
	lines := make(map[string]int)
	section, gateways, routes := "", 0, 0
	for i, line := range strings.Split(string(data), "\n") {
		if m := headerLine.FindStringSubmatch(line); m != nil {
			section = bare(m[2])
			if m[1] == "[[" && section == "gateway" {
				gateways++
			}
			if m[1] == "[[" && section == "route" {
				routes++
				section = routeKey(routes - 1)
			}
			if rest, ok := strings.CutPrefix(section, "gateway"); ok && gateways > 0 && (rest == "" || rest[0] == '.') {
				section = gatewayKey(gateways-1) + rest
			}
			lines[section] = i + 1
		} else if m := keyLine.FindStringSubmatch(line); m != nil {
			key := bare(m[1])
			if section != "" {
				key = section + "." + key
			}
			if lines[key] == 0 {
				lines[key] = i + 1
			}
		}
	}
	return lines
}

// bare is a dotted key without space around its dots.
func bare(key string) string { return strings.Join(strings.Fields(key), "") }

// lineOf is the line of a key, or else of the section it belongs to; 0 if neither is known.
func lineOf(lines map[string]int, key string) int {
	for key != "" {
		if n := lines[key]; n > 0 {
			return n
		}
		key = key[:max(strings.LastIndexByte(key, '.'), 0)]
	}
	return 0
}
