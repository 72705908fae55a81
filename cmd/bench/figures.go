package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"slices"
	"text/tabwriter"
)

// figures are what is written: names and numbers. Units stand at the end of a name: rps (requests a second), ms, us, mb
// (a million bytes). cpu_us is the server's processor time for one request, which a busy machine changes least.
type figures map[string]float64

// take adds what one run of the load generator gave.
func (f figures) take(name string, l *lab, o outcome) {
	f[name+"_rps"] = o.rate(l.window)
	f[name+"_p50_ms"], f[name+"_p99_ms"] = o.load.P50, o.load.P99
	f[name+"_cpu_us"] = o.server.cpuMicros()
}

// medians are the medians over rounds, figure by figure.
func medians(rounds []figures) figures {
	values := make(map[string][]float64)
	for _, round := range rounds {
		for name, v := range round {
			values[name] = append(values[name], v)
		}
	}
	f := make(figures)
	for name, list := range values {
		slices.Sort(list)
		half := len(list) / 2
		f[name] = list[half]
		if len(list)%2 == 0 {
			f[name] = (list[half-1] + list[half]) / 2
		}
	}
	return f
}

// derive adds the ratios of medians.
func (f figures) derive() {
	for _, n := range fullPlan().connections {
		inbound := nameAt(modeInbound, n)
		f.ratio(inbound+"_vs_parse", inbound+"_rps", nameAt(modeParse, n)+"_rps")
		f.ratio(inbound+"_vs_plain", inbound+"_rps", nameAt(modePlain, n)+"_rps")
	}
	f.ratio("inbound_1m_vs_empty", "inbound_1m_c256_rps", "inbound_c256_rps")
	f.ratio("inbound_limits_vs_off", "inbound_c256_limits_rps", "inbound_c256_rps")
	f.ratio("ussd_c64_vs_inbound", "ussd_c64_rps", "inbound_c64_rps")
}

// ratio adds a/b where both were measured.
func (f figures) ratio(name, a, b string) {
	if x, ok := f[a]; ok && f[b] > 0 {
		f[name] = x / f[b]
	}
}

// aim is what a figure should be.
type aim struct {
	name  string
	most  bool // at most the value, else at least
	value float64
}

func aims() []aim {
	return []aim{
		{"inbound_c256_vs_parse", false, .25},
		{"inbound_c256_vs_plain", false, 5},
		{"inbound_c1_vs_plain", false, .85},
		{"inbound_1m_vs_empty", false, .6},
		{"bytes_per_message", true, 1000},
		{"ussd_c64_rps", false, 5400},
		{"ussd_c64_p99_ms", true, 20},
		{"import_rows_per_s", false, 1700}, // 100,000 in a minute
		{"import_rss_mb", true, 100},
		{"match_p95_ms", true, 10},
		{"match_15k_p95_ms", true, 20},
		{"match_heap_mb", true, 100},
		{"match_build_s", true, 5}, // 100,000 reports
		{"import_xlsx_rows_per_s", false, 1700},
		{"import_xlsx_rss_mb", true, 100},
		{"broadcast_enqueue_rows_per_s", false, 20_000},
		{"broadcast_drain_rows_per_s", false, 10_000},
		{"broadcast_rss_anon_mb", true, 100},
		{"broadcast_after_stop", true, nullWindow},
		{"rss_anon_mb", true, 100},
		{"rss_anon_1m_mb", true, 100},
	}
}

func (a aim) String() string {
	if a.most {
		return fmt.Sprintf("at most %g", a.value)
	}
	return fmt.Sprintf("at least %g", a.value)
}

func (a aim) missed(v float64) bool { return a.most && v > a.value || !a.most && v < a.value }

// print shows the figures: one line for each number of connections, then the rest with the aims beside them.
func (f figures) print(out io.Writer) {
	shown := f.table(out)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if shown[name] {
			continue
		}
		fmt.Fprintf(w, "%s\t%s", name, number(f[name]))
		for _, a := range aims() {
			if a.name != name {
				continue
			}
			fmt.Fprintf(w, "\taim: %s", a)
			if a.missed(f[name]) {
				fmt.Fprint(w, "\tMISSED")
			}
		}
		fmt.Fprintln(w)
	}
	w.Flush()
}

// table prints requests a second, p50, p99 and the server's processor time of each mode, and tells which figures it has shown.
func (f figures) table(out io.Writer) (shown map[string]bool) {
	shown = make(map[string]bool)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "connections\tmode\trequests/s\tp50 ms\tp99 ms\tserver µs\t")
	for _, n := range fullPlan().connections {
		for _, mode := range []string{modeNoop, modeParse, modeInbound, modePlain, modeUSSD} {
			name := nameAt(mode, n)
			if _, ok := f[name+"_rps"]; !ok {
				continue
			}
			fmt.Fprintf(w, "%d\t%s", n, mode)
			for _, part := range []string{"_rps", "_p50_ms", "_p99_ms", "_cpu_us"} {
				fmt.Fprintf(w, "\t%s", number(f[name+part]))
				shown[name+part] = true
			}
			fmt.Fprintln(w, "\t")
		}
	}
	if len(shown) > 0 {
		w.Flush()
		fmt.Fprintln(out)
	}
	return shown
}

// number shows three places at most, and none where the number is large.
func number(v float64) string {
	if math.Abs(v) >= 100 {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.3g", v)
}

// write writes the figures as one flat JSON object, to three places after the point.
func (f figures) write(path string) error {
	rounded := make(figures, len(f))
	for name, v := range f {
		rounded[name] = math.Round(v*1000) / 1000
	}
	data, err := json.MarshalIndent(rounded, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(data, '\n'), 0o644)
}
