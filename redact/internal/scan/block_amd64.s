//go:build !purego

#include "textflag.h"

// LOOKUP leaves in DST what the table at FROM has for the low seven bits of
// the bytes in TEXT.
#define LOOKUP(FROM, TEXT, DST) \
	VMOVDQU64 FROM(DI), DST           \
	VPERMT2B  FROM+64(DI), TEXT, DST

// GROUP leaves in Z20 which buckets of a group all four bytes leave possible.
#define GROUP(FROM) \
	LOOKUP(FROM, Z16, Z20)            \
	LOOKUP(FROM+128, Z17, Z21)        \
	LOOKUP(FROM+256, Z18, Z22)        \
	LOOKUP(FROM+384, Z19, Z23)        \
	VPANDQ     Z21, Z20, Z20          \
	VPTERNLOGQ $0x80, Z23, Z22, Z20

// CLASS leaves in DST the mask of the class whose bit is the eighth of the bytes
// in Z20.
#define CLASS(DST) \
	VPMOVB2M Z20, K6   \
	KMOVQ    K6, DST

// others are the buckets of the last group that hold anchors.
DATA others<>+0(SB)/8, $0x3f3f3f3f3f3f3f3f
GLOBL others<>(SB), RODATA|NOPTR, $8

// func blockVBMI(p *byte, n int, t *tables, b *block)
//
// Loads under a mask neither read nor fault outside of it. The registers are
// those whose use does not slow down other vector code.
TEXT ·blockVBMI(SB), NOSPLIT, $0-32
	MOVQ p+0(FP), SI
	MOVQ n+8(FP), CX
	MOVQ t+16(FP), DI
	MOVQ b+24(FP), DX

	// R8 and R9 have a bit for each of the first 128 bytes that are there.
	MOVQ  $-1, AX
	MOVQ  $127, BX
	CMPQ  CX, BX
	CMOVQGT BX, CX
	BZHIQ CX, AX, R8
	SUBQ  $64, CX
	MOVL  $0, BX
	CMPQ  CX, BX
	CMOVQLT BX, CX
	BZHIQ CX, AX, R9
	KMOVQ R8, K1
	SHRQ  $1, R9, R8
	KMOVQ R8, K2
	SHRQ  $1, R9
	SHRQ  $1, R9, R8
	KMOVQ R8, K3
	SHRQ  $1, R9
	SHRQ  $1, R9, R8
	KMOVQ R8, K4

	VMOVDQU8.Z 0(SI), K1, Z16
	VMOVDQU8.Z 1(SI), K2, Z17
	VMOVDQU8.Z 2(SI), K3, Z18
	VMOVDQU8.Z 3(SI), K4, Z19

	// Only bytes of ASCII have classes.
	VPMOVB2M   Z16, K5
	KNOTQ      K5, K5
	VMOVDQU64  2048(DI), Z20
	VPERMT2B.Z 2112(DI), Z16, K5, Z20
	VPSLLQ     $4, Z20, Z20
	CLASS(R12)                  // joints
	VPSLLQ     $1, Z20, Z20
	CLASS(R11)                  // names
	VPSLLQ     $1, Z20, Z20
	CLASS(R10)                  // escapes
	VPSLLQ     $1, Z20, Z20
	CLASS(R9)                   // words

	GROUP(0)
	VMOVDQA64 Z20, Z24
	GROUP(512)
	VPORQ     Z24, Z20, Z20
	VPTESTMB  Z20, Z20, K1

	GROUP(1024)
	VPTESTMB Z20, Z20, K2
	GROUP(1536)
	VPANDQ.BCST others<>(SB), Z20, Z21
	VPTESTMB Z21, Z21, K3
	VPMOVB2M Z20, K4
	VPSLLQ   $1, Z20, Z20
	VPMOVB2M Z20, K5

	// CX has all bits when text follows the block.
	NEGQ CX
	SBBQ CX, CX

	// Words begin behind what is no letter or digit, or behind an escape.
	MOVQ  24(DX), R8
	MOVQ  32(DX), BX
	MOVQ  R9, 32(DX)
	MOVQ  R10, 24(DX)
	MOVQ  R9, AX
	SHLQ  $1, BX, AX
	MOVQ  R10, SI
	SHLQ  $2, R8, SI
	MOVQ  R10, BX
	SHLQ  $3, R8, BX
	ORQ   BX, SI
	SHLQ  $6, R8, R10
	ORQ   R10, SI
	ANDNQ AX, SI, AX
	ANDNQ R9, AX, R9
	MOVQ  R9, 16(DX)

	// Of each name, its last byte tells whether it joins a value: those that do
	// pick their first bytes, and the difference covers the names.
	MOVQ  R11, AX
	SHRQ  $1, AX
	ANDNQ R11, AX, AX
	LEAQ  (R11)(R11*1), BX
	ANDNQ R11, BX, BX
	SHRQ  $1, CX, R12
	ANDQ  AX, R12
	PEXTQ AX, R12, AX
	PDEPQ BX, AX, BX
	ADDQ  R12, R12
	SUBQ  BX, R12

	KMOVQ K1, AX
	ANDQ  R9, AX
	KMOVQ K2, BX
	ANDQ  R12, BX
	ORQ   BX, AX
	KMOVQ K3, BX
	ORQ   BX, AX
	MOVQ  AX, 0(DX)

	// Runs of 16 sextets or 24 hexadecimal digits from their fours.
	KMOVQ K5, AX
	MOVQ  AX, BX
	SHRQ  $4, CX, BX
	ANDQ  BX, AX
	MOVQ  AX, BX
	SHRQ  $8, CX, BX
	ANDQ  BX, AX
	KMOVQ K4, R8
	MOVQ  R8, BX
	SHRQ  $4, CX, BX
	ANDQ  BX, R8
	MOVQ  R8, BX
	SHRQ  $8, CX, BX
	MOVQ  R8, SI
	SHRQ  $16, CX, SI
	ANDQ  BX, R8
	ANDQ  SI, R8
	ORQ   R8, AX
	ANDQ  R9, AX
	MOVQ  AX, 8(DX)
	RET

// func cpuVectors() kernel
//
// The processor's words (leaf 7: AVX2; BMI2, AVX512F, BW and VBMI) and the
// system's, which has to save the wide registers (OSXSAVE and XCR0).
TEXT ·cpuVectors(SB), NOSPLIT, $0-1
	MOVB $0, ret+0(FP)
	MOVL $0, AX
	CPUID
	CMPL AX, $7
	JLT  no
	MOVL $1, AX
	MOVL $0, CX
	CPUID
	ANDL $0x08000000, CX
	JZ   no
	MOVL $0, CX
	XGETBV
	MOVL AX, SI
	ANDL $0x06, AX
	CMPL AX, $0x06
	JNE  no
	MOVL $7, AX
	MOVL $0, CX
	CPUID
	TESTL $0x20, BX
	JZ   no
	MOVB $1, ret+0(FP)
	ANDL $0xE6, SI
	CMPL SI, $0xE6
	JNE  no
	ANDL $0x40010100, BX
	CMPL BX, $0x40010100
	JNE  no
	ANDL $2, CX
	JZ   no
	MOVB $2, ret+0(FP)

no:
	RET
