//go:build !purego

#include "textflag.h"

// GROUP leaves in Z26 which buckets of a group all bytes leave possible.
#define GROUP(FROM) \
	VPERMB     FROM(DI), Z21, Z26     \
	VPERMB     FROM+64(DI), Z22, Z27  \
	VPERMB     FROM+128(DI), Z23, Z28 \
	VPERMB     FROM+192(DI), Z24, Z29 \
	VPERMB     FROM+256(DI), Z25, Z30 \
	VPTERNLOGQ $0x80, Z28, Z27, Z26   \
	VPTERNLOGQ $0x80, Z30, Z29, Z26

// RUN leaves in DST what runs can have at a position for the bytes in TEXT.
#define RUN(FROM, TEXT, DST) \
	VMOVDQU64 FROM(DI), DST         \
	VPERMT2B  FROM+64(DI), TEXT, DST

// FOLD leaves in DST the bytes of TEXT as fold6 has them, and more bits above.
#define FOLD(TEXT, DST) \
	VPSRLW     $1, TEXT, DST        \
	VPTERNLOGQ $0xD8, Z31, TEXT, DST

// CLASS leaves in DST the mask of the class whose bit is the eighth of the bytes
// in Z26.
#define CLASS(DST) \
	VPMOVB2M Z26, K6   \
	KMOVQ    K6, DST

// lows are the bits of a byte that fold6 takes as they are.
DATA lows<>+0(SB)/8, $0x1f1f1f1f1f1f1f1f
GLOBL lows<>(SB), RODATA|NOPTR, $8

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
	SHRQ  $1, R9
	SHRQ  $1, R9, R8
	KMOVQ R8, K5

	VMOVDQU8.Z 0(SI), K1, Z16
	VMOVDQU8.Z 1(SI), K2, Z17
	VMOVDQU8.Z 2(SI), K3, Z18
	VMOVDQU8.Z 3(SI), K4, Z19
	VMOVDQU8.Z 4(SI), K5, Z20

	// Only bytes of ASCII have classes.
	VPMOVB2M   Z16, K5
	KNOTQ      K5, K5
	VMOVDQU64  2112(DI), Z26
	VPERMT2B.Z 2176(DI), Z16, K5, Z26
	VPSLLQ     $3, Z26, Z26
	VPMOVB2M   Z26, K3          // singles
	VPSLLQ     $1, Z26, Z26
	CLASS(R12)                  // joints
	VPSLLQ     $1, Z26, Z26
	CLASS(R11)                  // names
	VPSLLQ     $1, Z26, Z26
	CLASS(R10)                  // escapes
	VPSLLQ     $1, Z26, Z26
	CLASS(R9)                   // words

	VPBROADCASTQ lows<>(SB), Z31
	FOLD(Z16, Z21)
	FOLD(Z17, Z22)
	FOLD(Z18, Z23)
	FOLD(Z19, Z24)
	FOLD(Z20, Z25)

	// Runs, before their registers are needed.
	RUN(1600, Z16, Z26)
	RUN(1728, Z17, Z27)
	RUN(1856, Z18, Z28)
	RUN(1984, Z19, Z29)
	VPTERNLOGQ $0x80, Z28, Z27, Z26
	VPANDQ   Z29, Z26, Z26
	VPMOVB2M Z26, K5            // sextets
	VPSLLQ   $1, Z26, Z26
	VPMOVB2M Z26, K4            // digits

	GROUP(0)
	VMOVDQA64 Z26, Z16
	GROUP(320)
	VPORQ     Z26, Z16, Z16
	VPTESTMB  Z16, Z16, K1
	GROUP(640)
	VMOVDQA64 Z26, Z17
	VPTESTMB  Z17, Z17, K2
	GROUP(960)
	VMOVDQA64 Z26, Z18
	GROUP(1280)
	VPORQ     Z26, Z18, Z18
	VPTESTMB  Z18, Z18, K6
	KORQ      K6, K3, K3

	// CX has all bits when text follows the block.
	NEGQ CX
	SBBQ CX, CX

	// Words begin behind what is no letter or digit, or behind an escape.
	MOVQ  40(DX), R8
	MOVQ  48(DX), BX
	MOVQ  R9, 48(DX)
	MOVQ  R10, 40(DX)
	MOVQ  R11, 32(DX)
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
	MOVQ  R12, 24(DX)

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
