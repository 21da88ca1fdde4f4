#include "textflag.h"

// One position of the fingerprint: K is its number, ACC0 and ACC1 gather the
// buckets that are still possible. The nibbles of the bytes stay in Y1 and Y2.
#define POSITION(OFF, K) \
	VMOVDQU (OFF+K)(SI), Y0        \
	VPAND   Y15, Y0, Y1            \
	VPSRLW  $4, Y0, Y2             \
	VPAND   Y15, Y2, Y2            \
	VMOVDQU (128*K+0)(DI), Y3      \
	VPSHUFB Y1, Y3, Y3             \
	VMOVDQU (128*K+32)(DI), Y4     \
	VPSHUFB Y2, Y4, Y4             \
	VPAND   Y3, Y4, Y3             \
	VMOVDQU (128*K+64)(DI), Y5     \
	VPSHUFB Y1, Y5, Y5             \
	VMOVDQU (128*K+96)(DI), Y6     \
	VPSHUFB Y2, Y6, Y6             \
	VPAND   Y5, Y6, Y5

// CLASS sets the bits in DST of the bytes that have a bit of the mask in SRC.
#define CLASS(SRC, MASKOFF, DST) \
	VMOVDQU   MASKOFF(DI), Y7    \
	VPAND     SRC, Y7, Y7        \
	VPCMPEQB  Y14, Y7, Y7        \
	VPMOVMSKB Y7, DST            \
	NOTL      DST

// HALF leaves the candidates of 32 bytes in R8, the classes in R9 to R13.
#define HALF(OFF) \
	POSITION(OFF, 0)              \
	VMOVDQA Y3, Y8                \
	VMOVDQA Y5, Y9                \
	VMOVDQU 512(DI), Y3           \
	VPSHUFB Y1, Y3, Y3            \
	VMOVDQU 544(DI), Y4           \
	VPSHUFB Y2, Y4, Y4            \
	VPAND   Y3, Y4, Y10           \
	VMOVDQU 576(DI), Y3           \
	VPSHUFB Y1, Y3, Y3            \
	VMOVDQU 608(DI), Y4           \
	VPSHUFB Y2, Y4, Y4            \
	VPAND   Y3, Y4, Y11           \
	CLASS(Y10, 640, R9)           \
	CLASS(Y10, 672, R10)          \
	CLASS(Y11, 704, R11)          \
	CLASS(Y11, 736, R12)          \
	CLASS(Y11, 768, R13)          \
	POSITION(OFF, 1)              \
	VPAND Y3, Y8, Y8              \
	VPAND Y5, Y9, Y9              \
	POSITION(OFF, 2)              \
	VPAND Y3, Y8, Y8              \
	VPAND Y5, Y9, Y9              \
	POSITION(OFF, 3)              \
	VPAND     Y3, Y8, Y8          \
	VPAND     Y5, Y9, Y9          \
	VPOR      Y8, Y9, Y8          \
	VPCMPEQB  Y14, Y8, Y8         \
	VPMOVMSKB Y8, R8              \
	NOTL      R8

// func blockAVX2(p *byte, t *nibbles, m *masks)
TEXT ·blockAVX2(SB), NOSPLIT, $0-24
	MOVQ    p+0(FP), SI
	MOVQ    t+8(FP), DI
	MOVQ    m+16(FP), DX
	VMOVDQU 800(DI), Y15
	VPXOR   Y14, Y14, Y14

	HALF(0)
	MOVL R8, 0(DX)
	MOVL R9, 8(DX)
	MOVL R10, 16(DX)
	MOVL R11, 24(DX)
	MOVL R12, 32(DX)
	MOVL R13, 40(DX)

	HALF(32)
	MOVL R8, 4(DX)
	MOVL R9, 12(DX)
	MOVL R10, 20(DX)
	MOVL R11, 28(DX)
	MOVL R12, 36(DX)
	MOVL R13, 44(DX)
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
