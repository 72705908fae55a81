package main

import (
	"math/bits"
	"time"
)

const (
	fine     = 32 // buckets for each doubling: a value is known to 3 %
	fineBits = 5
	longest  = 27 // 2^27 µs are two minutes: nothing takes longer
)

// histogram counts durations in buckets that widen with the value, from 1 µs.
type histogram struct {
	count   uint64
	buckets [(longest - fineBits + 2) * fine]uint32
}

func (h *histogram) add(d time.Duration) {
	h.count++
	h.buckets[bucketOf(uint64(max(d.Microseconds(), 0)))]++
}

// bucketOf is µs itself below 2*fine; above that, the exponent and the five bits after the first.
func bucketOf(us uint64) int {
	us = min(us, 1<<longest-1)
	shift := max(bits.Len64(us)-fineBits-1, 0)
	return shift*fine + int(us>>shift)
}

// middleOf is the middle of a bucket in µs.
func middleOf(bucket int) float64 {
	shift := max(bucket/fine-1, 0)
	low := uint64(bucket-shift*fine) << shift
	return float64(low) + float64(uint64(1)<<shift-1)/2
}

func (h *histogram) merge(o *histogram) {
	h.count += o.count
	for i, n := range o.buckets {
		h.buckets[i] += n
	}
}

// quantile is the duration that the part q of all do not exceed, in ms; 0 if there are none.
func (h *histogram) quantile(q float64) float64 {
	rank, seen := uint64(q*float64(h.count)), uint64(0)
	for i, n := range h.buckets {
		if seen += uint64(n); n > 0 && seen > rank || seen == h.count && n > 0 {
			return middleOf(i) / 1000
		}
	}
	return 0
}
