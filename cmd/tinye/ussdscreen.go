package main

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"tinye/bot"
	"tinye/bot/sms"
)

// screenWidth is how many characters a line of the frame holds, as on a small phone.
const screenWidth = 30

// What a page may hold where a network says nothing else: septets, and units of UTF-16 (flows.Look's budget).
const (
	pageSeptets = 160
	pageUnits   = 70
)

// frame draws a screen as it came, in a frame of ASCII with its size in the lower corner.
func (s ussdScreen) frame() string {
	var b strings.Builder
	b.WriteString("+" + strings.Repeat("-", screenWidth+2) + "+\n")
	for line := range strings.SplitSeq(s.text, "\n") {
		for _, part := range fold(line, screenWidth) {
			b.WriteString("| " + part + strings.Repeat(" ", screenWidth-utf8.RuneCountInString(part)) + " |\n")
		}
	}
	size := s.size()
	b.WriteString("+" + strings.Repeat("-", screenWidth-len(size)) + " " + size + " +\n")
	return b.String()
}

// size is how much of a page the screen takes: 96/160 septets, or 40/70 units where a character forces UCS-2.
func (s ussdScreen) size() string {
	size := sms.Measure(s.text)
	of := pageSeptets
	if size.Encoding == bot.UCS2 {
		of = pageUnits
	}
	return fmt.Sprintf("%d/%d", size.Units, of)
}

// fold breaks a line at spaces into lines of at most so many characters; a word that is too long is cut.
func fold(line string, width int) []string {
	var lines []string
	rest := []rune(strings.ReplaceAll(line, "\r", ""))
	for len(rest) > width {
		end := width
		for end > 0 && rest[end] != ' ' {
			end--
		}
		if end == 0 {
			lines, rest = append(lines, string(rest[:width])), rest[width:]
			continue
		}
		lines, rest = append(lines, string(rest[:end])), rest[end+1:]
	}
	return append(lines, string(rest))
}
