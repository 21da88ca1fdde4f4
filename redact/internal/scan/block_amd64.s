//go:build !purego

#include "textflag.h"

// POSITION leaves in Y3 the buckets that one byte of the fingerprint leaves
// possible. The nibbles of the bytes stay in Y1 and Y2.
#define POSITION(FROM, LOW, HIGH) \
	VMOVDQU FROM(SI), Y0  \
	VPAND   Y15, Y0, Y1   \
	VPSRLW  $4, Y0, Y2    \
	VPAND   Y15, Y2, Y2   \
	VPSHUFB Y1, LOW, Y3   \
	VPSHUFB Y2, HIGH, Y4  \
	VPAND   Y3, Y4, Y3

// CLASS sets the bits in DST of the bytes in Y1 that have a bit of a mask.
#define CLASS(MASK, DST) \
	VPAND     MASK(DI), Y1, Y2 \
	VPCMPEQB  Y14, Y2, Y2      \
	VPMOVMSKB Y2, DST          \
	NOTL      DST

// HALF leaves the masks of 32 bytes in R8 (anchor), R9 (alnum), R10 (escape).
#define HALF(FROM) \
	POSITION(FROM+1, Y7, Y8)     \
	VMOVDQA   Y3, Y13            \
	POSITION(FROM+2, Y9, Y10)    \
	VPAND     Y3, Y13, Y13       \
	POSITION(FROM+3, Y11, Y12)   \
	VPAND     Y3, Y13, Y13       \
	POSITION(FROM, Y5, Y6)       \
	VPAND     Y3, Y13, Y13       \
	VPCMPEQB  Y14, Y13, Y13      \
	VPMOVMSKB Y13, R8            \
	NOTL      R8                 \
	VPMOVMSKB Y0, R11            \
	ORL       R11, R8            \
	VPCMPEQB  480(DI), Y0, Y0    \
	VPMOVMSKB Y0, R11            \
	ORL       R11, R8            \
	VMOVDQU   256(DI), Y3        \
	VPSHUFB   Y1, Y3, Y3         \
	VMOVDQU   288(DI), Y4        \
	VPSHUFB   Y2, Y4, Y4         \
	VPAND     Y3, Y4, Y1         \
	CLASS(320, R9)               \
	CLASS(352, R10)              \
	CLASS(384, R11)              \
	ORL       R11, R8

// func blockAVX2(p *byte, t *nibbles, m *masks, halves int)
TEXT ·blockAVX2(SB), NOSPLIT, $0-32
	MOVQ    p+0(FP), SI
	MOVQ    t+8(FP), DI
	MOVQ    m+16(FP), DX
	MOVQ    halves+24(FP), CX
	VMOVDQU 0(DI), Y5
	VMOVDQU 32(DI), Y6
	VMOVDQU 64(DI), Y7
	VMOVDQU 96(DI), Y8
	VMOVDQU 128(DI), Y9
	VMOVDQU 160(DI), Y10
	VMOVDQU 192(DI), Y11
	VMOVDQU 224(DI), Y12
	VMOVDQU 448(DI), Y15
	VPXOR   Y14, Y14, Y14
	HALF(0)
	CMPQ    CX, $1
	JEQ     one
	MOVL    R8, 0(DX)
	MOVL    R9, 8(DX)
	MOVL    R10, 16(DX)
	HALF(32)
	MOVL    R8, 4(DX)
	MOVL    R9, 12(DX)
	MOVL    R10, 20(DX)
	VZEROUPPER
	RET

one:
	MOVQ R8, 0(DX)
	MOVQ R9, 8(DX)
	MOVQ R10, 16(DX)
	VZEROUPPER
	RET

// func cpuHasAVX2() bool
//
// AVX2 needs the processor's word (leaf 7) and the system's, which has to save
// the wide registers (OSXSAVE and XCR0).
TEXT ·cpuHasAVX2(SB), NOSPLIT, $0-1
	MOVB $0, ret+0(FP)
	MOVL $0, AX
	CPUID
	CMPL AX, $7
	JLT  no
	MOVL $1, AX
	MOVL $0, CX
	CPUID
	ANDL $0x18000000, CX
	CMPL CX, $0x18000000
	JNE  no
	MOVL $0, CX
	XGETBV
	ANDL $6, AX
	CMPL AX, $6
	JNE  no
	MOVL $7, AX
	MOVL $0, CX
	CPUID
	ANDL $0x20, BX
	JZ   no
	MOVB $1, ret+0(FP)

no:
	RET
