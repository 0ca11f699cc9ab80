import Basics

extension NodeReader {
    /// A file that holds a secret: read, and looked at for who else may read it.
    func secretFile(_ field: Field, what: String) -> SourceFile? {
        guard let file = plainFile(field) else { return nil }
        if file.isOpenToOthers {
            field.warn(
                .insecure,
                "others may read \(what) in \(file.path) (mode \(Self.octal(file.mode)))",
                remedy: "run `chmod 600 \(file.path)`")
        }
        return file
    }

    /// A secret on the first line of a file of its own.
    func secret(_ field: Field, what: String) -> SecretBytes? {
        guard let file = secretFile(field, what: what) else { return nil }
        let lines = file.text?.split(whereSeparator: \.isNewline) ?? []
        guard lines.count == 1, let line = lines.first.map(TextForms.trimmed), !line.isEmpty else {
            field.report(
                .badValue, "\(file.path) does not hold \(what) on one line",
                remedy: "write \(what) and nothing else into it")
            return nil
        }
        return SecretBytes(Array(line.utf8))
    }

    /// The key that signs links, in hexadecimal digits.
    func linkKey(_ field: Field) -> SecretBytes? {
        guard let text = secret(field, what: "the key that signs links") else { return nil }
        guard let bytes = Self.bytes(hexadecimal: text.text), bytes.count >= 32 else {
            field.report(
                .badValue, "is not a file with at least 64 hexadecimal digits",
                remedy: "copy the file of another member, for all need the same key")
            return nil
        }
        return SecretBytes(bytes)
    }

    /// The file of API tokens: names with tokens and what each may do.
    func tokens(_ field: Field) -> [APIToken]? {
        guard let file = secretFile(field, what: "the API tokens"),
            let root = Field.root(of: file.bytes, file: file.path, findings: field.findings)
        else { return nil }
        guard let entries = root.entries, !entries.isEmpty else {
            root.report(
                .wrongKind, "is \(root.kind), not names with tokens",
                remedy:
                    "write a line `operator: {token: TOKEN, may: command}` for each who may use "
                    + "the API")
            return nil
        }
        var tokens: [APIToken] = []
        for (key, entry) in entries {
            guard let name = key.name(), let token = token(entry, name: name) else { continue }
            if let other = tokens.first(where: { $0.token == token.token }) {
                entry.report(
                    .duplicate, "has the same token as `\(other.name)`",
                    remedy: "make another with `openssl rand -hex 32`")
            }
            tokens.append(token)
        }
        return tokens.count == entries.count ? tokens : nil
    }

    /// One token. A token alone, as files had it before there were roles, may do everything; where
    /// `may` can be written, it has to be.
    private func token(_ entry: Field, name: String) -> APIToken? {
        guard entry.entries != nil else {
            guard let secret = tokenText(entry) else { return nil }
            entry.warn(
                .insecure, "may do everything, for the file does not say what it may",
                remedy: "write `\(name): {token: TOKEN, may: respond}`, or another of "
                    + listed(APIRole.allCases.map(\.rawValue)))
            return APIToken(name: name, token: secret, may: .administer)
        }
        guard let section = Section(entry, keys: ["token", "may"]) else { return nil }
        let choices = APIRole.allCases.map { ($0.rawValue, $0) }
        let secret = section.required("token", "at least 32 characters").flatMap(tokenText)
        let may = section.required("may", listed(choices.map(\.0)))?.choice(choices)
        guard let secret, let may else { return nil }
        return APIToken(name: name, token: secret, may: may)
    }

    private func tokenText(_ field: Field) -> SecretBytes? {
        let text = field.raw ?? ""
        guard text.utf8.count >= 32, text.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
            field.report(
                .badValue, "is not a token of at least 32 characters without blanks",
                remedy: "make one with `openssl rand -hex 32`")
            return nil
        }
        return SecretBytes(Array(text.utf8))
    }

    /// The certificates; a value of `nil` is "none, on purpose".
    func tls() -> (value: TLSSettings?, Void)? {
        let isInsecure = section.has("insecure") ? section.optional("insecure")?.flag() : false
        guard let isInsecure,
            let field = section.required("tls", "`certificate`, `key` and `authority`")
        else { return nil }
        if field.raw == "off" {
            guard isInsecure else {
                field.report(
                    .insecure, "anybody on the network could read and forge what members say",
                    remedy:
                        "name certificates; for a test on one machine also write `insecure: true`")
                return nil
            }
            field.warn(
                .insecure, "anybody on the network can read and forge what members say",
                remedy: "use this for tests only")
            return (nil, ())
        }
        if isInsecure {
            section.optional("insecure")?.report(
                .contradiction, "stands beside certificates",
                remedy: "remove it, or write `tls: off`")
        }
        guard let files = Section(field, keys: ["certificate", "key", "authority"]) else {
            return nil
        }
        let certificate = files.required("certificate", "this member's certificate")
            .flatMap { certificates($0) }
        let key = files.required("key", "its private key").flatMap { privateKey($0) }
        let authority = files.required("authority", "the authority's certificate")
            .flatMap { certificates($0) }
        guard let certificate, let key, let authority else { return nil }
        return (
            TLSSettings(certificatePEM: certificate, keyPEM: key, authorityPEM: authority), ()
        )
    }

    /// The text of a file of certificates.
    func certificates(_ field: Field) -> String? {
        guard let file = plainFile(field) else { return nil }
        guard let text = file.text, text.contains("-----BEGIN CERTIFICATE-----") else {
            field.report(
                .badValue, "\(file.path) holds no certificate in PEM",
                remedy: "name a file with `-----BEGIN CERTIFICATE-----` in it")
            return nil
        }
        return text
    }

    private func privateKey(_ field: Field) -> SecretBytes? {
        guard let file = secretFile(field, what: "the private key") else { return nil }
        guard let text = file.text, text.contains("-----BEGIN "), text.contains("PRIVATE KEY-----")
        else {
            field.report(
                .badValue, "\(file.path) holds no private key in PEM",
                remedy: "name a file with `-----BEGIN PRIVATE KEY-----` in it")
            return nil
        }
        return SecretBytes(file.bytes)
    }

    private func plainFile(_ field: Field) -> SourceFile? {
        guard let path = file(field) else { return nil }
        do throws(ConfigProblem) {
            return try SourceFile.read(path)
        } catch {
            field.report(error.code, "\(error.file) \(error.message)", remedy: error.remedy)
            return nil
        }
    }

    private static func octal(_ mode: UInt32) -> String { String(mode & 0o777, radix: 8) }

    private static func bytes(hexadecimal text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: digits.count, by: 2) {
            let pair = String(decoding: digits[start..<start + 2], as: UTF8.self)
            guard pair.allSatisfy(\.isHexDigit), let byte = UInt8(pair, radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        return bytes
    }
}
