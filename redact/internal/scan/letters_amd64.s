//go:build !purego

#include "textflag.h"

// ranges are the first bytes of capitals, small letters and digits, and how many
// follow them.
DATA ranges<>+0(SB)/8, $0x4141414141414141
DATA ranges<>+8(SB)/8, $0x6161616161616161
DATA ranges<>+16(SB)/8, $0x3030303030303030
DATA ranges<>+24(SB)/8, $0x1919191919191919
DATA ranges<>+32(SB)/8, $0x0909090909090909
GLOBL ranges<>(SB), RODATA|NOPTR, $40

// RANGE writes to TO which bytes of Z16 are from the one at FIRST on, as many as
// MORE has.
#define RANGE(FIRST, MORE, TO) \
	VPBROADCASTQ ranges<>+FIRST(SB), Z19 \
	VPSUBB       Z19, Z16, Z19           \
	VPCMPUB      $2, MORE, Z19, K2       \
	KMOVQ        K2, TO(DX)

// func lettersVBMI(p *byte, n int, m *letters)
TEXT ·lettersVBMI(SB), NOSPLIT, $0-24
	MOVQ  p+0(FP), SI
	MOVQ  n+8(FP), CX
	MOVQ  m+16(FP), DX
	MOVQ  $-1, R8
	BZHIQ CX, R8, AX
	CMPQ  CX, $64
	CMOVQGE R8, AX
	KMOVQ AX, K1
	VMOVDQU8.Z (SI), K1, Z16
	VPBROADCASTQ ranges<>+24(SB), Z17
	VPBROADCASTQ ranges<>+32(SB), Z18
	RANGE(0, Z17, 0)
	RANGE(8, Z17, 8)
	RANGE(16, Z18, 16)
	RET
