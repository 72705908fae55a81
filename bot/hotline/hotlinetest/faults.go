package hotlinetest

import (
	"context"
	"fmt"
	"sync"

	"tinye/bot/gateway/gatewaytest"
	"tinye/storage"
)

// faults is a store of which something can fail. What it holds is the real store's.
type faults struct {
	storage.Store

	mu     sync.Mutex
	now    gatewaytest.HopFault // "" for none
	mended chan struct{}        // closed once it is over
}

func (f *faults) set(fault gatewaytest.HopFault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now, f.mended = fault, make(chan struct{})
}

// mend ends the fault, if there is one.
func (f *faults) mend() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.mended != nil {
		close(f.mended)
	}
	f.now, f.mended = "", nil
}

// take is the fault of a call. A panic comes once.
func (f *faults) take(viewing bool) (gatewaytest.HopFault, chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	fault, mended := f.now, f.mended
	if viewing != (fault == gatewaytest.PanicBefore) {
		return "", nil
	}
	if fault == gatewaytest.PanicInside || fault == gatewaytest.PanicBefore {
		f.now = ""
	}
	return fault, mended
}

// Update is the store's, with the fault that there is just now.
func (f *faults) Update(ctx context.Context, fn func(storage.Tx) error) error {
	fault, mended := f.take(false)
	switch fault {
	case gatewaytest.StoreFull:
		return f.Store.Update(ctx, func(tx storage.Tx) error {
			if err := fn(tx); err != nil {
				return err
			}
			return fmt.Errorf("hotlinetest: %w", storage.ErrFull)
		})
	case gatewaytest.PanicInside:
		return f.Store.Update(ctx, func(tx storage.Tx) error {
			if err := fn(tx); err != nil {
				return err
			}
			panic("something is wrong with " + rumourWords)
		})
	case gatewaytest.StoreStuck:
		<-mended
	case gatewaytest.StoreSlow:
		err := f.Store.Update(ctx, fn)
		<-mended
		return err
	}
	return f.Store.Update(ctx, fn)
}

// rumourWords stand in a panic as the words of a person could.
const rumourWords = "+22370123456: le pont est coupé"

// View is the store's, with the panic that there is just now.
func (f *faults) View(ctx context.Context, fn func(storage.Tx) error) error {
	if fault, _ := f.take(true); fault != "" {
		panic("something is wrong with " + rumourWords)
	}
	return f.Store.View(ctx, fn)
}
