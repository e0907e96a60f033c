import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rustFunction } from './rust-names.ts';

describe('the function that a symbol of Rust is for', () => {
  it.each([
    ['_ZN8smallvec17SmallVec$LT$A$GT$11insert_many17ha8d3d6d84e2a9fc1E', 'smallvec::SmallVec::insert_many'],
    [
      '_ZN69_$LT$smallvec..SmallVec$LT$A$GT$$u20$as$u20$core..ops..drop..Drop$GT$4drop17h75ccdadde452cf26E',
      'smallvec::SmallVec::drop',
    ],
    [
      '_ZN4core3ptr103drop_in_place$LT$smallvec..SmallVec$LT$A$GT$..insert_many..DropOnPanic$LT$alloc..string..String$GT$$GT$17h8ed04746487329e6E',
      'core::ptr::drop_in_place',
    ],
    ['_ZN4time2at17ha8d3d6d84e2a9fc1E', 'time::at'],
    ['_ZN3std2rt10lang_start28_$u7b$$u7b$closure$u7d$$u7d$17ha8d3d6d84e2a9fc1E', 'std::rt::lang_start'],
    [
      '_ZN4time7display60_$LT$impl$u20$core..fmt..Display$u20$for$u20$time..TmFmt$GT$3fmt17h34e857aa3cce1aebE',
      'time::TmFmt::fmt',
    ],
  ])('in the older mangling: %s', (symbol, path) => {
    expect(rustFunction(symbol)).toBe(path);
  });

  it.each([
    ['_RNvMNtNtCsjrHSEGnQ3l9_3std6thread2idNtB2_8ThreadId3new', 'std::thread::id::ThreadId::new'],
    [
      '_RNvNvMNtNtCsjrHSEGnQ3l9_3std6thread2idNtB4_8ThreadId3new9exhausted',
      'std::thread::id::ThreadId::new::exhausted',
    ],
    [
      '_RINvMNtNtCsgEmfK2I1SDS_4core3fmt2rtNtB3_8Argument11new_displayNtNtCslNYArtu3iFV_5alloc6string6StringECshFp6NdLCxJ3_2m2',
      'core::fmt::rt::Argument::new_display',
    ],
    [
      '_RINvNvMs2_NtCslNYArtu3iFV_5alloc7raw_vecINtB8_11RawVecInnerpE7reserve21do_reserve_and_handleNtNtBa_5alloc6GlobalECsjrHSEGnQ3l9_3std',
      'alloc::raw_vec::RawVecInner::reserve::do_reserve_and_handle',
    ],
  ])('in the newer one: %s', (symbol, path) => {
    expect(rustFunction(symbol)).toBe(path);
  });

  it('has no path where it is of a type that has none, or where the symbol is none', () => {
    for (const symbol of [
      '_RNvMNtCsgEmfK2I1SDS_4core5sliceSh4iterCshFp6NdLCxJ3_2m2',
      '_RNvNtNtCshFp6NdLCxJ3_2m25otheru9gre_6ka8iu8lnge_loa',
      '_ZN11HelloWorld3runEv',
      '_ZN4time2at17hE',
      '_RNvB_1a',
      '_RNvB0_1a',
      `_R${'B_'.repeat(99)}`,
      `_RN${'vN'.repeat(5_000)}`,
      '_R',
      'main',
    ])
      expect([symbol, rustFunction(symbol)]).toEqual([symbol, undefined]);
  });

  it('is told of any text in little time, and never in an error', () => {
    const letters = fc.constantFrom(...'_RNvMXYIBCEKLs0123abSTFDGpP$.uLTGT');
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 200 }), fc.constantFrom('_R', '_ZN', '_RNv'), (text, head) => {
        const path = rustFunction(head + text.join(''));
        expect(path === undefined || path.includes('::')).toBe(true);
      }),
    );
  });
});
