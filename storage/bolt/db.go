package bolt

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fxamacker/cbor/v2"
	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"tinye/bot"
	"tinye/storage"
	"tinye/storage/seal"
)

// Options say which files to use and how. Path, RingPath, Master and NewID must be given.
type Options struct {
	Path     string          // the database
	RingPath string          // the key ring
	Master   *seal.MasterKey // opens the ring
	NewID    func() bot.ID   // for the epoch of events
	Now      func() time.Time
	Log      *slog.Logger

	// ViewTimeout ends a View; 0 = 5 s.
	ViewTimeout time.Duration
	// RunTwice runs every closure, takes back what it did and runs it again, for tests: it shows closures with effects
	// outside and holes in the journal.
	RunTwice bool
}

const defaultViewTimeout = 5 * time.Second

func (o Options) withDefaults() (Options, error) {
	if o.Path == "" || o.RingPath == "" || o.Master == nil || o.NewID == nil {
		return o, errors.New("storage: Path, RingPath, Master and NewID must be given")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.ViewTimeout <= 0 {
		o.ViewTimeout = defaultViewTimeout
	}
	return o, nil
}

// DB is a storage.Store on one bbolt file and its key ring.
type DB struct {
	o        Options
	ring     *seal.Ring
	encoding cbor.UserBufferEncMode
	pageSize int
	epoch    bot.ID
	clock    atomic.Int64 // bot.Instant of the latest commit
	views    atomic.Int64

	copying sync.RWMutex // held by backups to read, and for writing while keys that they may need are dropped
	walking sync.Mutex   // held by the calls that go on with a walk over all rows
	work    int          // that such a call does: walkWork, less in tests
	// compared is set once the file beside the database has every entry of the ledger that is not in unkeptBucket; under walking.
	compared bool

	file sync.RWMutex // held to read bolt's pages, and for writing while bolt is exchanged
	bolt *bbolt.DB    // nil while it is opened again, and once closed

	mu        sync.Mutex
	idle      sync.Cond // leading became false
	waiting   []*call
	leading   bool
	closed    bool
	broken    bool  // being opened again
	health    error // ErrFull, ErrBroken; nil after a commit
	counts    counts
	reopening sync.WaitGroup
	stop      chan struct{} // closed by Close: no more tries to open

	// Only the leader uses these.
	group  []*call
	tx     Tx
	accept bool // the present time counts, although it is earlier than the last commit
}

var _ storage.Store = (*DB)(nil)

// Open opens the database and its key ring, or makes both where neither exists. It brings an older file up to date, with
// a copy made first. Errors: ErrInUse, ErrNewerSchema, ErrWrongKey (nothing was touched).
func Open(ctx context.Context, o Options) (*DB, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("storage: open: %w", err)
	}
	ring, err := openOrCreate(o)
	if err != nil {
		return nil, err
	}
	db, err := openFile(o, ring, true)
	if err != nil {
		return nil, errors.Join(err, ring.Close())
	}
	return db, nil
}

// openFile opens a database that exists with the ring that belongs to it; keepCopy keeps a copy if it must be migrated.
func openFile(o Options, ring *seal.Ring, keepCopy bool) (*DB, error) {
	b, err := openBolt(o.Path)
	if err != nil {
		return nil, err
	}
	encoding, err := newEncoding()
	if err != nil {
		return nil, errors.Join(err, b.Close())
	}
	db := &DB{o: o, ring: ring, encoding: encoding, bolt: b, pageSize: b.Info().PageSize, stop: make(chan struct{})}
	db.idle.L = &db.mu
	db.tx.db, db.tx.writable = db, true
	db.work = walkWork
	if err := db.start(keepCopy); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return db, nil
}

// start reads what the file says about itself and brings it up to date.
func (db *DB) start(keepCopy bool) error {
	if err := checkSchema(db.bolt, db.o.Path, len(migrations)); err != nil {
		return err
	}
	if err := checkCanary(db.bolt, db.o.Path, db.ring); err != nil {
		return err
	}
	if err := migrate(db, migrations, keepCopy); err != nil {
		return err
	}
	return db.readMeta()
}

func (db *DB) readMeta() error {
	return db.bolt.View(func(bt *bbolt.Tx) error {
		meta := bt.Bucket(metaBucket.name)
		epoch, clock := meta.Get(epochKey), meta.Get(clockKey)
		if len(epoch) != idSize || len(clock) != 8 {
			return fmt.Errorf("storage: %s is damaged: no epoch or no clock", db.o.Path)
		}
		db.epoch = bot.ID(epoch)
		db.clock.Store(int64(instantOf(clock)))
		return nil
	})
}

// lockTimeout is how long another process may keep the database from us.
const lockTimeout = time.Second

// openBolt opens a file that exists. Where it is so damaged that bbolt panics or faults, that becomes an error.
func openBolt(path string) (*bbolt.DB, error) {
	var file *os.File
	options := boltOptions()
	options.OpenFile = func(name string, flag int, mode os.FileMode) (*os.File, error) {
		var err error
		file, err = os.OpenFile(name, flag&^os.O_CREATE, mode) // never an empty one in place of one that is gone
		return file, err
	}
	var b *bbolt.DB
	err := faultless(func() error {
		var err error
		b, err = bbolt.Open(path, 0o600, options)
		return err
	})
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return nil, fmt.Errorf("%w: %s (is tinye serve running?)", storage.ErrInUse, path)
	case err != nil:
		return nil, fmt.Errorf("storage: open %s: %w", path, err)
	}
	// While we waited for the lock, a Compact or Restore may have put another file in this one's place.
	if err := sameFile(path, file); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

func sameFile(path string, f *os.File) error {
	have, err := f.Stat()
	if err != nil {
		return fmt.Errorf("storage: open %s: %w", path, err)
	}
	want, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("storage: open %s: %w", path, err)
	}
	if !os.SameFile(have, want) {
		return fmt.Errorf("%w: %s was being replaced; try again", storage.ErrInUse, path)
	}
	return nil
}

// boltOptions: a map that need not grow keeps readers and writers from waiting for each other; 32-bit machines cannot
// map more than 2 GiB in all. The hash map freelist stays fast when the file is fragmented.
func boltOptions() *bbolt.Options {
	mapSize := int64(4 << 30)
	if strconv.IntSize == 32 {
		mapSize = 256 << 20
	}
	return &bbolt.Options{
		Timeout:         lockTimeout,
		FreelistType:    bbolt.FreelistMapType,
		InitialMmapSize: int(mapSize),
	}
}

// refusal is why an Update cannot begin; nil if it can. The caller holds mu.
func (db *DB) refusal() error {
	switch {
	case db.closed:
		return storage.ErrClosed
	case db.broken:
		return storage.ErrBroken
	}
	return nil
}

// View implements storage.Store.
func (db *DB) View(ctx context.Context, fn func(storage.Tx) error) error {
	return db.view(ctx, func(tx *Tx) error { return fn(tx) })
}

func (db *DB) view(ctx context.Context, fn func(*Tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, db.o.ViewTimeout)
	defer cancel()
	if err := ctx.Err(); err != nil {
		return err
	}
	return db.snapshot(func(bt *bbolt.Tx) error {
		return fn(&Tx{db: db, bt: bt, ctx: ctx})
	})
}

// snapshot runs fn in a transaction that reads.
func (db *DB) snapshot(fn func(*bbolt.Tx) error) error {
	db.mu.Lock()
	err := db.refusal()
	db.mu.Unlock()
	if err != nil {
		return err
	}
	db.file.RLock()
	defer db.file.RUnlock()
	if db.bolt == nil { // it broke or was closed while we waited
		return errors.Join(db.gone(), storage.ErrBroken)
	}
	bt, err := db.bolt.Begin(false)
	if err != nil {
		return fmt.Errorf("storage: view: %w", err)
	}
	db.views.Add(1)
	defer func() {
		db.views.Add(-1)
		_ = bt.Rollback() // it cannot fail for a transaction that is open
	}()
	return faultless(func() error { return fn(bt) })
}

// Health implements storage.Store.
func (db *DB) Health() error {
	db.mu.Lock()
	defer db.mu.Unlock()
	if err := db.refusal(); err != nil {
		return err
	}
	return db.health
}

// behind is how much earlier than our last commit the machine's clock may be: clocks are corrected by a little.
const behind = time.Minute

// Clock implements storage.Store.
func (db *DB) Clock() storage.Clock {
	last := bot.Instant(db.clock.Load())
	return storage.Clock{Last: last, Behind: bot.At(db.o.Now()).Add(behind) < last}
}

// AcceptClock implements storage.Store.
func (db *DB) AcceptClock(ctx context.Context) error {
	return db.update(ctx, func(tx *Tx) error {
		b := tx.bucket(metaBucket)
		if err := tx.put(b, clockKey, appendInstant(nil, bot.At(db.o.Now())), b.Get(clockKey)); err != nil {
			return err
		}
		db.accept = true
		return nil
	})
}

// Domains of the keyed hashes.
const (
	numberDomain = "number"
	repeatDomain = "repeat"
	codeDomain   = "code"
)

// ContactKey implements storage.Keyed. Once the store is closed it gives the zero key.
func (db *DB) ContactKey(a bot.Address) bot.ContactKey {
	key, err := db.ring.Index(numberDomain, a.Value)
	if err != nil {
		return bot.ContactKey{}
	}
	return bot.ContactKey(key)
}

// RepeatKey implements storage.Keyed; each part counts with its length, so ("ab", "c") is not ("a", "bc"). Once the
// store is closed it gives the zero key.
func (db *DB) RepeatKey(parts ...string) bot.RepeatKey {
	var joined []byte
	for _, p := range parts {
		joined = strconv.AppendInt(joined, int64(len(p)), 10)
		joined = append(append(joined, ':'), p...)
	}
	key, err := db.ring.Index(repeatDomain, string(joined))
	if err != nil {
		return bot.RepeatKey{}
	}
	return bot.RepeatKey(key)
}

// CodeKey implements storage.Keyed. Once the store is closed it gives the zero key.
func (db *DB) CodeKey(code string) bot.CodeKey {
	key, err := db.ring.Index(codeDomain, code)
	if err != nil {
		return bot.CodeKey{}
	}
	return bot.CodeKey(key)
}

// Close implements storage.Store. A second Close does nothing.
func (db *DB) Close() error {
	db.mu.Lock()
	if db.closed {
		db.mu.Unlock()
		return nil
	}
	db.closed = true
	close(db.stop)
	for db.leading {
		db.idle.Wait()
	}
	db.mu.Unlock()
	db.reopening.Wait()

	db.file.Lock() // waits for views
	defer db.file.Unlock()
	var err error
	if db.bolt != nil {
		err = db.bolt.Close()
		db.bolt = nil
	}
	return errors.Join(err, db.ring.Close())
}
