package hotline

// hopRoom is more than a hop takes of a stack, in bytes: decoding a row is deep.
const hopRoom = 24 << 10

// makeRoom grows the stack of a new goroutine at once, while there is next to nothing on it. It would grow by doubling
// otherwise, and be moved each time with all that is on it by then: a tenth of a hop's time. n is any number from 0.
//
//go:noinline
func makeRoom(n int) byte {
	var room [hopRoom]byte
	return room[n%hopRoom]
}
