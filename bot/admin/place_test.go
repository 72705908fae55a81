package admin_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/bot/place"
	"tinye/storage"
)

const gao = "code;level;name_fr;name_bm;parent_code;aliases\n" +
	"M23-0702;2;Bourem;Burɛmu;M23-07;\n" +
	"M23-0703;2;Ansongo;Ansongo;M23-07;Ansɔngɔ\n" +
	"M23-070301;3;Bourra;;M23-0703;\n" +
	"ML0704;2;Almoustrat;;ML07;\n" +
	"M23-0701;2;Gao;Gawo;M23-07;\n"

func codes(list admin.Places) []string {
	var all []string
	for _, p := range list.Places {
		all = append(all, p.Code.String())
	}
	return all
}

// stored are the codes of the places in the store.
func (s *site) stored() []string {
	s.t.Helper()
	var all []string
	must(s.t, s.Store.View(s.t.Context(), func(tx storage.Tx) error {
		list, err := tx.Places(bot.PlaceCode{}, 100000)
		for _, p := range list {
			all = append(all, p.Code.String())
		}
		return err
	}))
	return all
}

// A file is looked at first, then imported in one event; the running hotline knows its places from then on.
func TestPlacesAreImported(t *testing.T) {
	s := newSite(t)
	q := admin.ImportPlaces{By: by("AMI"), File: []byte(gao), DryRun: true}
	var in admin.PlacesImported
	s.ask("/place/import", q, &in)
	if in.Regions != 0 || in.Cercles != 3 || in.Communes != 1 || in.Rows() != 4 || in.New != 2 || !in.DryRun {
		t.Errorf("a look at the file: %+v", in)
	}
	if len(in.Wrong) != 1 || in.Wrong[0].Line != 5 || in.Wrong[0].Key != "desk.place_no_scheme" || !strings.Contains(in.Wrong[0].Sentence, "ML0704") {
		t.Errorf("wrong lines: %+v", in.Wrong)
	}
	if got := s.stored(); len(got) != 0 || len(s.events()) != 0 {
		t.Fatalf("only looking at it wrote %q, events %q", got, s.events())
	}
	before := s.Places()

	q.DryRun = false
	s.ask("/place/import", q, &in)
	if want := []string{"ml_ct_2023:ML0701", "ml_ct_2023:ML0702", "ml_ct_2023:ML0703", "ml_ct_2023:ML070301"}; !slices.Equal(s.stored(), want) {
		t.Errorf("stored: %q", s.stored())
	}
	if got := s.events(); !slices.Equal(got, []string{"AMI place.imported test 4"}) {
		t.Errorf("events: %q", got)
	}
	region := bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: "ML07"}
	if got := s.Places().Cercles(region); len(got) != 3 {
		t.Errorf("the hotline offers %d cercles of Gao", len(got))
	}
	if before.Cercles(region) != nil {
		t.Error("a gazetteer that somebody holds on to has changed")
	}
	if other, ok := s.Places().In(bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: "ML0701"}, bot.SchemeOCHA2021); !ok || other.Code != "ML0703" {
		t.Errorf("Gao lost its code in the other list: %v", other)
	}

	q.File = []byte("code,level,name_fr,parent_code\nM23-0705,2,Bamba,M23-07\n") // lies in what is known already
	in = admin.PlacesImported{}
	if s.ask("/place/import", q, &in); in.Rows() != 1 || in.New != 1 || len(s.Places().Cercles(region)) != 4 {
		t.Errorf("a second file: %+v", in)
	}
}

// The event says how many; the portions of a long file are all written.
func TestALongFileIsWrittenInPortions(t *testing.T) {
	s := newSite(t)
	builtIn := len(s.Places().All(bot.SchemeCT2023))
	var file strings.Builder
	file.WriteString("code,level,name_fr,parent_code\nM23-0702,2,Bourem,M23-07\n")
	for cercle := range 13 {
		fmt.Fprintf(&file, "M23-08%02d,2,Lieu %d,M23-08\n", cercle, cercle)
		for n := range 99 {
			fmt.Fprintf(&file, "M23-08%02d%02d,3,Commune %d,M23-08%02d\n", cercle, n, n, cercle)
		}
	}
	var in admin.PlacesImported
	s.ask("/place/import", admin.ImportPlaces{By: by("ROOT"), File: []byte(file.String())}, &in)
	if in.Rows() != 1301 || len(in.Wrong) != 0 || len(s.stored()) != 1301 {
		t.Errorf("%d rows, %d stored; wrong %+v", in.Rows(), len(s.stored()), in.Wrong)
	}
	if got := len(s.Places().All(bot.SchemeCT2023)); got != builtIn+1301 {
		t.Errorf("the hotline knows %d places", got)
	}
	if got := s.events(); !slices.Equal(got, []string{"ROOT place.imported test 1301"}) {
		t.Errorf("events: %q", got)
	}
}

func TestFilesThatAreRefused(t *testing.T) {
	s := newSite(t)
	ask := func(file []byte) admin.ImportPlaces { return admin.ImportPlaces{By: by("AMI"), File: file} }
	p := s.refused("/place/import", ask([]byte("nom;niveau\nGao;1\n")), http.StatusBadRequest, "desk.place_no_column")
	if !strings.Contains(p.Sentence, "code") {
		t.Errorf("%q does not say which column is missing", p.Sentence)
	}
	s.refused("/place/import", ask(nil), http.StatusBadRequest, "desk.place_no_column")
	s.refused("/place/import", ask(make([]byte, place.MaxImport+1)), http.StatusBadRequest, "desk.place_file_too_long")
	s.refused("/place/import", ask(make([]byte, place.MaxImport+64<<10)), http.StatusBadRequest, "desk.bad_request")
	s.refused("/place/find", admin.FindPlaces{By: by("AMI"), Words: strings.Repeat("x", 70<<10)}, http.StatusBadRequest, "desk.bad_request")
	var in admin.PlacesImported
	s.ask("/place/import", ask([]byte("code,level,name_fr\nx,1,y\n")), &in)
	if in.Rows() != 0 || len(in.Wrong) != 1 || len(s.stored()) != 0 || len(s.events()) != 0 {
		t.Errorf("a file without a good row: %+v, stored %q, events %q", in, s.stored(), s.events())
	}
}

func TestPlacesAreFoundAndListed(t *testing.T) {
	s := newSite(t)
	var in admin.PlacesImported
	s.ask("/place/import", admin.ImportPlaces{By: by("AMI"), File: []byte(gao)}, &in)
	var found admin.Places
	s.ask("/place/find", admin.FindPlaces{By: by("ELI"), Words: "bourra"}, &found)
	if len(found.Places) != 1 || !slices.Equal(found.Places[0].Lies, []string{"Ansongo", "Gao"}) || found.Places[0].Level != bot.LevelCommune {
		t.Fatalf("found %+v", found)
	}
	found = admin.Places{}
	s.ask("/place/find", admin.FindPlaces{By: by("ELI"), Words: "Gawo"}, &found)
	if want := []string{"ml_ct_2023:ML07", "ocha_cod_2021:ML07", "ml_ct_2023:ML0701", "ocha_cod_2021:ML0703"}; !slices.Equal(codes(found), want) {
		t.Errorf("Gawo finds %q", codes(found))
	}
	if same := found.Places[2].SameAs; len(same) != 1 || same[0].String() != "ocha_cod_2021:ML0703" {
		t.Errorf("the cercle of Gao is the same as %v", same)
	}
	found = admin.Places{}
	s.ask("/place/find", admin.FindPlaces{By: by("ELI"), Words: "Gawo", Limit: 1}, &found)
	if len(found.Places) != 1 || !found.More {
		t.Errorf("one of them: %+v", found)
	}

	var list admin.Places
	s.ask("/place/list", admin.ListPlaces{By: by("ELI"), Scheme: bot.SchemeCT2023, Limit: 500}, &list)
	if got := codes(list); len(got) != 32 || list.More || slices.Contains(got, "ml_ct_2023:ML070301") || !slices.Contains(got, "ml_ct_2023:ML0703") {
		t.Errorf("regions and cercles: %q", got)
	}
	list = admin.Places{}
	s.ask("/place/list", admin.ListPlaces{By: by("ELI"), In: "ml_ct_2023:ML07"}, &list)
	if want := []string{"ml_ct_2023:ML0701", "ml_ct_2023:ML0702", "ml_ct_2023:ML0703"}; !slices.Equal(codes(list), want) {
		t.Errorf("in Gao: %q", codes(list))
	}
	for _, in := range []string{"ML07", "ml_ct_2023:ML0799", ":"} {
		s.refused("/place/list", admin.ListPlaces{By: by("ELI"), In: in}, http.StatusBadRequest, "desk.bad_place")
	}
	s.refused("/place/list", admin.ListPlaces{By: by("ELI"), Scheme: "iso_3166_2"}, http.StatusBadRequest, "desk.bad_request")
}

// The table of 2023, which is other people's and not in the repository, goes in whole.
func TestTheTableOf2023IsImported(t *testing.T) {
	file, err := os.ReadFile("../../../shared/data/mali_places_2023.csv")
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("the table of places is not beside the repository")
	}
	must(t, err)
	s := newSite(t)
	var in admin.PlacesImported
	s.ask("/place/import", admin.ImportPlaces{By: by("AMI"), File: file}, &in)
	if in.Regions != 20 || in.Cercles != 160 || in.Communes != 820 || len(in.Wrong) != 0 || len(s.stored()) != 1000 {
		t.Errorf("got %+v, %d stored", in, len(s.stored()))
	}
}
