package config

import "testing"

// The longest prefix wins, wherever it stands in the file.
func TestTheLongestPrefixWins(t *testing.T) {
	cfg := Config{Routes: []Route{
		{Prefix: "+223", Gateways: []string{"orange"}}, {Prefix: "+2236", Gateways: []string{"moov"}},
		{Prefix: "+22366", Gateways: []string{"phone"}}, {Prefix: "+33", Gateways: []string{"at"}},
	}}
	for number, want := range map[string]string{
		"+22370123456": "orange", "+22361123456": "moov", "+22366123456": "phone", "+33612345678": "at", "+22670123456": "", "": "",
	} {
		r, found := cfg.RouteOf(number)
		if found != (want != "") || found && r.Gateways[0] != want {
			t.Errorf("a number goes by %v, want %q", r.Gateways, want)
		}
	}
	cfg.Routes = append(cfg.Routes, Route{Prefix: "+", Gateways: []string{"kannel"}})
	if r, found := cfg.RouteOf("+22670123456"); !found || r.Gateways[0] != "kannel" {
		t.Errorf("what no other route has goes by %v, want the one for every number", r.Gateways)
	}
}
