@testable import HTTPServer
import Testing

@Suite struct JSONParserTests {
    private func parse(_ text: String) throws(JSONSyntaxError) -> JSONValue {
        try JSONParser.parse(Array(text.utf8))
    }

    @Test func `every kind of value is read as it was written`() throws {
        let value = try parse(
            #" {"a":[1,-2.50,3e+7,true,false,null],"b":{"c":"x"},"d":"","n":12345678901234567890123} "#
        )
        #expect(
            value
                == .object([
                    .init(
                        "a",
                        .array([
                            .number("1"), .number("-2.50"), .number("3e+7"), .bool(true),
                            .bool(false),
                            .null,
                        ])),
                    .init("b", .object([.init("c", .string("x"))])), .init("d", .string("")),
                    .init("n", .number("12345678901234567890123")),
                ]))
    }

    @Test func `escapes and characters outside the basic plane are read`() throws {
        #expect(
            try parse(#""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00 日本""#)
                == .string("\"\\/\u{8}\u{C}\n\r\t\u{E9}\u{1F600} 日本"))
    }

    @Test(arguments: [
        (#""\ud83d""#, "\u{FFFD}"),  // a high surrogate alone
        (#""\ude00x""#, "\u{FFFD}x"),  // a low surrogate alone
        (#""\ud83d\u0041""#, "\u{FFFD}A"),  // a high surrogate and something else
        (#""\ud83dab""#, "\u{FFFD}ab"),  // a high surrogate and plain text
    ])
    func `a broken surrogate is replaced and loses no alert`(text: String, read: String) throws {
        #expect(try parse(text) == .string(read))
    }

    @Test func `invalid UTF-8 is replaced and loses no alert`() throws {
        let bytes: [UInt8] = [0x22, 0x61, 0xFF, 0xC3, 0x62, 0x22]
        #expect(try JSONParser.parse(bytes) == .string("a\u{FFFD}\u{FFFD}b"))
    }

    @Test func `a byte order mark is passed over`() throws {
        #expect(try JSONParser.parse([0xEF, 0xBB, 0xBF, 0x31]) == .number("1"))
    }

    @Test func `control characters inside texts are taken as they are`() throws {
        #expect(try parse("\"a\nb\u{1}\"") == .string("a\nb\u{1}"))
    }

    @Test(arguments: [
        ("", 0), ("   ", 3), ("{", 1), ("[1,", 3), ("[1 2]", 3), (#"{"a" 1}"#, 5),
        (#"{"a":1,}"#, 7),
        ("{a:1}", 1), ("01", 1), ("-", 1), ("1.", 2), ("1e", 2), ("tru", 0), ("nul", 0),
        ("\"abc", 4),
        (#""\x""#, 2), (#""\u12G4""#, 5), ("1 2", 2), ("{} x", 3), ("'a'", 0), ("[1,]", 3),
        ("+1", 0),
        ("NaN", 0), ("\"\\", 2), ("\"\\u12", 5),
    ])
    func `what is not JSON is refused with its place`(text: String, offset: Int) {
        let error = #expect(throws: JSONSyntaxError.self) { try self.parse(text) }
        #expect(error?.offset == offset)
    }

    @Test func `nesting is bounded and cannot break the stack`() throws {
        let most = JSONParser.depthMax
        let fine = String(repeating: "[", count: most) + String(repeating: "]", count: most)
        #expect(try parse(fine) != .null)
        #expect(throws: JSONSyntaxError.self) {
            try self.parse(String(repeating: "[", count: 500_000))
        }
        #expect(throws: JSONSyntaxError.self) {
            try self.parse(String(repeating: #"{"a":"#, count: 90_000))
        }
    }

    @Test func `every beginning of a body is refused or read, and never crashes`() throws {
        let bytes = Array(#"{"a":[1.5e3,"\ud83d\ude00é",true,null],"b":{"c":-0}}"#.utf8)
        for count in 0..<bytes.count {
            #expect(throws: JSONSyntaxError.self) {
                try JSONParser.parse(Array(bytes.prefix(count)))
            }
        }
        _ = try JSONParser.parse(bytes)
    }

    @Test func `of several members of one name the last counts`() throws {
        #expect(try parse(#"{"a":1,"a":2}"#)["a"] == .number("2"))
    }

    @Test func `what is rendered is read back as it was`() throws {
        let value = JSONValue.object([
            .init(
                "q\"\\\n\u{1}",
                .array([.string("é\u{1F600}"), .null, .bool(false), .number("1e9")])),
            .init("e", .object([])),
        ])
        #expect(try parse(value.rendered) == value)
    }

    @Test func `a form is read with its escapes and repeated names`() {
        let form = FormParser.parse(Array("title=a+b%21&x=%zz&empty=&alone&t=%C3%A9%&p=%+f".utf8))
        #expect(
            form
                == .object([
                    .init("title", .string("a b!")), .init("x", .string("%zz")),
                    .init("empty", .string("")), .init("alone", .string("")),
                    .init("t", .string("é%")), .init("p", .string("% f")),
                ]))
    }

    // what was read -> what of it is whole
    @Test(arguments: [
        (#"{"a":1,"b":[{"c":1},{"c":2},{"c":"#, #"{"a":1,"b":[{"c":1},{"c":2}]}"#),
        (#"{"a":{"b":1,"c":{"d":1,"e"#, #"{"a":{"b":1}}"#), (#"{"a":12"#, "{}"),
        (#"{"a":12,"#, #"{"a":12}"#), (#"{"a":"text that is cu"#, "{}"), ("[1,2", "[1]"),
        (#"{"a":1} and more"#, #"{"a":1}"#), (#"{"a":[1,2],"b":rubbish"#, #"{"a":[1,2]}"#),
        ("{", "{}"),
    ])
    func `of a beginning what is whole is kept`(text: String, whole: String) throws {
        #expect(
            try JSONParser.parse(beginning: Array(text.utf8)) == JSONParser.parse(Array(whole.utf8))
        )
    }

    @Test func `a beginning of every length is read`() throws {
        let bytes = Array(
            #"{"a":[{"b":"ü\u00fc","c":[1.5e3,true,null]},{}],"d":{"e":{"f":-2}}}"#.utf8)
        for count in 1...bytes.count {
            let value = try JSONParser.parse(beginning: Array(bytes.prefix(count)))
            #expect(value.kind == "an object")
        }
    }
}
