//go:build !purego

#include "textflag.h"

// LOAD leaves up to 64 of CX > 0 bytes at SI in Z18, their sextets in Z19, and in
// AX how many of them are sextets before the first that is none.
#define LOAD \
	MOVQ  $-1, AX             \
	BZHIQ CX, AX, AX          \
	CMPQ  CX, $64             \
	CMOVQGE R8, AX            \
	KMOVQ AX, K1              \
	VMOVDQU8.Z (SI), K1, Z18  \
	VMOVDQA64 Z18, Z19        \
	VPERMI2B Z17, Z16, Z19    \
	VPORQ Z18, Z19, Z20       \
	VPMOVB2M Z20, K2          \
	KMOVQ K2, AX              \
	TZCNTQ AX, AX

// pairs and fours are what the sextets of a group are multiplied with.
DATA pairs<>+0(SB)/8, $0x0140014001400140
GLOBL pairs<>(SB), RODATA|NOPTR, $8
DATA fours<>+0(SB)/8, $0x0001100000011000
GLOBL fours<>(SB), RODATA|NOPTR, $8

// func sextetsVBMI(p *byte, n int, t *vectorTables) int
TEXT ·sextetsVBMI(SB), NOSPLIT, $0-32
	MOVQ p+0(FP), SI
	MOVQ n+8(FP), CX
	MOVQ t+16(FP), DI
	MOVQ $-1, R8
	XORL DX, DX
	VMOVDQU64 0(DI), Z16
	VMOVDQU64 64(DI), Z17

more:
	LOAD
	ADDQ AX, DX
	ADDQ $64, SI
	SUBQ $64, CX
	JLE  done
	CMPQ AX, $64
	JEQ  more

done:
	MOVQ DX, ret+24(FP)
	RET

// func decodeVBMI(dst, p *byte, n int, t *vectorTables) int
//
// Vectors of words multiply with 64 and 1, which makes 12 bits of two sextets,
// and then with 4096 and 1 (Mula, Lemire: Base64 encoding and decoding at almost
// the speed of a memory copy).
TEXT ·decodeVBMI(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), BX
	MOVQ p+8(FP), SI
	MOVQ n+16(FP), CX
	MOVQ t+24(FP), DI
	MOVQ $-1, R8
	XORL DX, DX
	VMOVDQU64 0(DI), Z16
	VMOVDQU64 64(DI), Z17
	VMOVDQU64 128(DI), Z21
	VPBROADCASTQ pairs<>(SB), Z22
	VPBROADCASTQ fours<>(SB), Z23

decode:
	LOAD
	SHRQ $2, AX
	LEAQ (AX)(AX*2), R9
	VPMADDUBSW Z22, Z19, Z20
	VPMADDWD Z23, Z20, Z20
	VPERMB Z20, Z21, Z20
	BZHIQ R9, R8, R10
	KMOVQ R10, K1
	VMOVDQU8 Z20, K1, (BX)
	ADDQ R9, BX
	LEAQ (DX)(AX*4), DX
	ADDQ $64, SI
	SUBQ $64, CX
	JLE  decoded
	CMPQ AX, $16
	JEQ  decode

decoded:
	MOVQ DX, ret+32(FP)
	RET
