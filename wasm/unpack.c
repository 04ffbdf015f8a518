// Unpacks a module from its text (js/runtime/module-text.js). A module of its own, which does it
// in a third of the time that JavaScript takes: code that runs once is interpreted there.
#include <stdint.h>

// The lines of a text: what stands before the functions, what stands after them, and the functions,
// split by what a byte means: types of local variables; instructions; which local variable is read
// or written; offsets in memory; lanes and constants that are not integers; which function is
// called; types of blocks. Stored one after the other, they compress by a tenth better than mixed.
// scripts/module-streams.js takes functions apart.
enum { BEFORE, AFTER, TYPES, CODE, READS, WRITES, OFFSETS, LITERALS, CALLS, BLOCKS, LINES };

// Bytes that the size of a function takes at most.
enum { SIZE_BYTES = 5 };

struct parts {
    uint8_t *next[LINES + 1]; // where each line goes on
    uint8_t *end; // where the module does
    uint8_t locals[256]; // local variables, the one that was used last first
};

// The byte at a place of the list: the first 92 are what modules have most of, with small letters
// where ASCII has them: names in the module are the text that they are in JavaScript, which a
// compressor finds. From 128 on, a byte is at its own place.
static uint8_t byte_at(int32_t place) {
    int32_t byte = place;
    if (place > 43) byte += 20; // from 64 on
    if (place > 59) byte += 15; // from 95 on
    if (place > 87) byte++; // from 124 on
    if (place > 91) byte -= 84; // from 44 on
    if (place > 111) byte += 16; // from 80 on
    if (place > 126) byte += 28; // 123
    if (place > 127) byte += 4;
    return (uint8_t)byte;
}

// A text's lines, with a character or two for a byte, become its bytes in place. A byte of the
// first 92 is one character, from "#" on; others are two: "!" stands before byte 92 to 183 and " "
// before 184 to 255 of the list.
static void read_lines(uint8_t *text, const uint8_t *last, struct parts *parts) {
    uint8_t *end = text, **next = parts->next;
    int32_t add = -35;
    for (*next = text; text < last; text++) {
        int32_t code = *text;
        if (code > 34) {
            *end++ = byte_at(code + add);
            add = -35;
        } else if (code == '\n')
            *++next = end;
        else
            add = 92 * (34 - code) - 35;
    }
}

// Moves numbers of 7 bits a byte, or bytes of LITERALS, to the module. Returns the last one.
static __attribute__((noinline)) uint32_t move(struct parts *parts, uint32_t line, uint32_t count) {
    uint32_t value = 0;
    while (count--) {
        uint32_t shift = 0, byte;
        value = 0;
        do {
            byte = *parts->end++ = *parts->next[line]++;
            value |= (byte & 127) << shift;
            shift += 7;
        } while (byte > 127 && line != LITERALS);
    }
    return value;
}

// A line of local variables has how many others were used since: small numbers, which repeat.
static void move_local(struct parts *parts, uint32_t line) {
    uint32_t since = *parts->next[line]++;
    uint8_t local = parts->locals[since];
    for (; since; since--) parts->locals[since] = parts->locals[since - 1];
    parts->locals[0] = local;
    *parts->end++ = local;
    if (local > 127) *parts->end++ = 1; // the eighth bit, as a number of 7 bits a byte
}

// What stands after the first instructions: of which line, and how many.
#define OF(line, count) (line | count << 4)
#define NUMBER OF(CODE, 1)
#define ADDRESS OF(OFFSETS, 1) // behind an alignment
#define LOCAL(line) OF(line, 0)
static const uint8_t OPERANDS[] = {
    [2 ... 4] = OF(BLOCKS, 1), // block, loop, if
    [12 ... 13] = NUMBER, // br, br_if
    [16] = OF(CALLS, 1), // call
    [17] = OF(CALLS, 2), // call_indirect
    [32] = LOCAL(READS), // local.get
    [33 ... 34] = LOCAL(WRITES), // local.set, local.tee
    [35 ... 39] = NUMBER, // global.get to table.set
    [40 ... 62] = ADDRESS, // i32.load to i64.store32
    [63 ... 66] = NUMBER, // memory.size to i64.const
    [67] = OF(LITERALS, 4), // f32.const
    [68] = OF(LITERALS, 8), // f64.const
};

// Puts a function together, without its size.
static void join_function(struct parts *parts) {
    for (int32_t local = 0; local < 256; local++) parts->locals[local] = (uint8_t)local;
    move(parts, TYPES, 2 * move(parts, TYPES, 1));
    for (int32_t depth = 1; depth;) {
        uint32_t code = *parts->end++ = *parts->next[CODE]++;
        uint32_t operands = code < sizeof OPERANDS ? OPERANDS[code] : 0, literals = 0;
        depth += (code - 2 < 3) - (code == 11); // block, loop, if; end
        if (code == 14) move(parts, CODE, move(parts, CODE, 1) + 1); // br_table
        if (code == 252) {
            uint32_t bulk = move(parts, CODE, 1) - 8;
            if (bulk < 4) operands = OF(CODE, (2 - bulk % 2)); // memory.init to memory.fill
        }
        if (code == 253) {
            uint32_t vector = move(parts, CODE, 1);
            if (vector < 12 || vector - 84 < 10) operands = ADDRESS; // v128.load to .load64_zero
            if (vector - 12 < 2) literals = 16; // v128.const, i8x16.shuffle
            if (vector - 21 < 14 || vector - 84 < 8) literals = 1; // a lane
        }
        if (operands == ADDRESS) move(parts, CODE, 1);
        if (code - 32 < 3) move_local(parts, operands);
        move(parts, operands & 15, operands >> 4);
        move(parts, LITERALS, literals);
    }
}

static uint8_t *copy(uint8_t *to, const uint8_t *from, const uint8_t *last) {
    while (from < last) *to++ = *from++;
    return to;
}

// text -> the bytes of the module, at `module`, and how many. 0 where the checksum of the text is
// another: a changed character is found, also where WebAssembly would take the module, whose scores
// would be wrong.
__attribute__((export_name("pr_unpack"))) int32_t unpack(uint8_t *text, int32_t length,
                                                         uint32_t sum, uint8_t *module) {
    const uint8_t *last = text + length;
    uint32_t found = 0;
    for (const uint8_t *at = text; at < last; at++) found = found * 31 + *at;
    if (found != sum) return 0;
    struct parts parts;
    read_lines(text, last, &parts);
    uint8_t *after = parts.next[AFTER], *first = parts.next[TYPES], *code = parts.next[CODE];
    parts.end = copy(module, text, after);
    while (parts.next[TYPES] < code) {
        uint8_t *start = parts.end += SIZE_BYTES, *head = start - SIZE_BYTES;
        join_function(&parts);
        uint32_t size = (uint32_t)(parts.end - start);
        for (; size > 127; size >>= 7) *head++ = (uint8_t)(size | 128);
        *head++ = (uint8_t)size;
        parts.end = copy(head, start, parts.end);
    }
    return (int32_t)(copy(parts.end, after, first) - module);
}
