//go:build !purego

#include "textflag.h"

// rows are the high halves of the bytes of each row but the first.
DATA rows<>+0(SB)/8, $0x2020202020202020
DATA rows<>+8(SB)/8, $0x3030303030303030
DATA rows<>+16(SB)/8, $0x4040404040404040
DATA rows<>+24(SB)/8, $0x5050505050505050
DATA rows<>+32(SB)/8, $0x6060606060606060
DATA rows<>+40(SB)/8, $0x7070707070707070
GLOBL rows<>(SB), RODATA|NOPTR, $48

// limits are what a byte keeps of itself, what takes all but the bytes of a row
// above 0x7F, where a lookup gives nothing, so for the first row, which is two,
// the low half of a byte, and the buckets of the last group that hold anchors.
DATA limits<>+0(SB)/8, $0x7f7f7f7f7f7f7f7f
DATA limits<>+8(SB)/8, $0x7070707070707070
DATA limits<>+16(SB)/8, $0x6060606060606060
DATA limits<>+24(SB)/8, $0x0f0f0f0f0f0f0f0f
DATA limits<>+32(SB)/8, $0x3f3f3f3f3f3f3f3f
GLOBL limits<>(SB), RODATA|NOPTR, $40

// LOOKUP adds to DST what the row at FROM has for the places in Y10.
#define LOOKUP(FROM, DST) \
	VBROADCASTI128 FROM, Y11     \
	VPSHUFB        Y10, Y11, Y11 \
	VPOR           Y11, DST, DST

// GROUPS looks the places in Y10 up in row H of a position.
#define GROUPS(H) \
	LOOKUP((H*64)(R8), Y0)    \
	LOOKUP((H*64+16)(R8), Y1) \
	LOOKUP((H*64+32)(R8), Y2) \
	LOOKUP((H*64+48)(R8), Y3)

// ROW looks the bytes in Y8 up in row H, whose high half is at FLIP.
#define ROW(H, FLIP) \
	VPBROADCASTQ rows<>+FLIP(SB), Y10 \
	VPXOR        Y8, Y10, Y10         \
	VPADDUSB     Y15, Y10, Y10        \
	GROUPS(H)

// HALVES splits the bytes in Y8 into low halves in Y8 and high halves in Y9.
#define HALVES \
	VPSRLW $4, Y8, Y9    \
	VPAND  Y12, Y9, Y9   \
	VPAND  Y12, Y8, Y8

// KEEP leaves of the buckets in DST those that both halves leave possible.
#define KEEP(FROM, DST) \
	VBROADCASTI128 FROM(DI), Y10    \
	VPSHUFB        Y8, Y10, Y10     \
	VPAND          Y10, DST, DST    \
	VBROADCASTI128 FROM+16(DI), Y11 \
	VPSHUFB        Y9, Y11, Y11     \
	VPAND          Y11, DST, DST

// REST is KEEP for a position by halves.
#define REST(OFFSET, FROM) \
	VMOVDQU OFFSET(SI), Y8 \
	VPAND   Y14, Y8, Y8    \
	HALVES                 \
	KEEP(FROM, Y4)         \
	KEEP(FROM+32, Y5)      \
	KEEP(FROM+64, Y6)      \
	KEEP(FROM+96, Y7)

// BITS writes the mask of the eighth bits of SRC to the field at TO.
#define BITS(SRC, TO) \
	VPMOVMSKB SRC, AX     \
	MOVL      AX, TO(DX)

// SOME writes the mask of the bytes of SRC that are not zero.
#define SOME(SRC, TO) \
	VPCMPEQB  Y13, SRC, Y10 \
	VPMOVMSKB Y10, AX       \
	NOTL      AX            \
	MOVL      AX, TO(DX)

// CLASS writes the mask of a class for the low halves in Y8 and the bits of the
// high halves in Y9.
#define CLASS(FROM, TO) \
	VBROADCASTI128 FROM(DI), Y10  \
	VPSHUFB        Y8, Y10, Y10   \
	VPAND          Y9, Y10, Y10   \
	SOME(Y10, TO)

// func readAVX2(p *byte, t *narrow, m *masks, halves int)
TEXT ·readAVX2(SB), NOSPLIT, $0-32
	MOVQ p+0(FP), SI
	MOVQ t+8(FP), DI
	MOVQ m+16(FP), DX
	MOVQ halves+24(FP), CX
	VPBROADCASTQ limits<>+24(SB), Y12
	VPXOR        Y13, Y13, Y13
	VPBROADCASTQ limits<>+0(SB), Y14
	VPBROADCASTQ limits<>+8(SB), Y15

half:
	VMOVDQU (SI), Y8
	HALVES
	VBROADCASTI128 1216(DI), Y10
	VPSHUFB Y9, Y10, Y9
	CLASS(1152, 40)            // words
	CLASS(1168, 48)            // escapes
	CLASS(1184, 56)            // names
	CLASS(1200, 64)            // joints

	// Y4 to Y7 are the buckets of the four groups that are left.
	VPCMPEQB Y4, Y4, Y4
	VMOVDQA  Y4, Y5
	VMOVDQA  Y4, Y6
	VMOVDQA  Y4, Y7
	REST(2, 896)
	REST(3, 1024)
	MOVQ     DI, R8
	MOVQ     SI, R9
	MOVL     $2, R10

position:
	VMOVDQU (R9), Y8
	VPAND   Y14, Y8, Y8
	VPXOR   Y0, Y0, Y0
	VPXOR   Y1, Y1, Y1
	VPXOR   Y2, Y2, Y2
	VPXOR   Y3, Y3, Y3
	VPBROADCASTQ limits<>+16(SB), Y10
	VPADDUSB Y10, Y8, Y10
	GROUPS(0)
	ROW(1, 0)
	ROW(2, 8)
	ROW(3, 16)
	ROW(4, 24)
	ROW(5, 32)
	ROW(6, 40)
	VPAND   Y0, Y4, Y4
	VPAND   Y1, Y5, Y5
	VPAND   Y2, Y6, Y6
	VPAND   Y3, Y7, Y7
	INCQ    R9
	ADDQ    $448, R8
	DECL    R10
	JNZ     position

	VPOR   Y4, Y5, Y4
	SOME(Y4, 0)                // start
	SOME(Y6, 8)                // name
	VPBROADCASTQ limits<>+32(SB), Y0
	VPAND  Y0, Y7, Y0
	SOME(Y0, 16)               // other
	BITS(Y7, 32)               // digits
	VPSLLW $1, Y7, Y7
	BITS(Y7, 24)               // sextets
	ADDQ   $32, SI
	ADDQ   $4, DX
	DECQ   CX
	JNZ    half
	VZEROUPPER
	RET
