package storagetest

import (
	"archive/tar"
	"encoding/binary"
	"io"
	"os"
	"testing"

	"tinye/storage/seal"
)

// Parts of a bbolt page, in bytes (bbolt's internal/common/page.go).
const (
	pageHeader  = 16
	leafElement = 16
	leafFlag    = 0x02

	bucketFlag   = 0x01 // of a leaf element
	bucketHeader = 16
)

// Plaintexts is whatever somebody with a backup and the master key can read: every value of every page of the file, free
// pages included, opened with the key ring of the backup. buckets are the names under which values may have been sealed.
func Plaintexts(t testing.TB, backup string, master *seal.MasterKey, buckets ...string) (found [][]byte) {
	t.Helper()
	entries := make(map[string][]byte)
	f, err := os.Open(backup)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for r := tar.NewReader(f); ; {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		if err == nil {
			entries[h.Name], err = io.ReadAll(r)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	ring, err := seal.ParseRing(entries["tinye.ring"], master)
	if err != nil {
		t.Fatal(err)
	}
	defer ring.Close()
	eachPair(entries["tinye.db"], func(key, value []byte) {
		for _, b := range buckets {
			if plain, err := ring.Open(nil, b, key, value); err == nil {
				found = append(found, plain)
			}
		}
	})
	return found
}

// eachPair visits whatever looks like a key and its value on a leaf page, whether the page is in use or free. Pages may begin
// at every multiple of 4 KiB.
func eachPair(file []byte, visit func(key, value []byte)) {
	for at := 0; at < len(file); at += 4096 {
		eachOnPage(file[at:], visit)
	}
}

func eachOnPage(page []byte, visit func(key, value []byte)) {
	if len(page) < pageHeader || binary.LittleEndian.Uint16(page[8:]) != leafFlag {
		return
	}
	for i := range int(binary.LittleEndian.Uint16(page[10:])) {
		from := pageHeader + i*leafElement
		if from+leafElement > len(page) {
			return
		}
		element := page[from:]
		flags, pos := binary.LittleEndian.Uint32(element), int(binary.LittleEndian.Uint32(element[4:]))
		ksize, vsize := int(binary.LittleEndian.Uint32(element[8:])), int(binary.LittleEndian.Uint32(element[12:]))
		if pos+ksize+vsize > len(element) {
			return
		}
		key, value := element[pos:pos+ksize], element[pos+ksize:pos+ksize+vsize]
		visit(key, value)
		if flags&bucketFlag != 0 && len(value) > bucketHeader { // a small bucket lies within its parent's page
			eachOnPage(value[bucketHeader:], visit)
		}
	}
}
