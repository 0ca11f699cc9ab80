import IncidentModel
import RegionCore

extension NodeReader {
    /// The providers of every channel; none is fine for a witness or a coordinator.
    func gateways(role: MemberRole?) -> [ChannelGateways]? {
        guard section.has("gateways") else {
            if role == .region {
                section.field.warn(
                    .advice, "there are no `gateways`: this region can page nobody itself",
                    remedy: "add at least a mail server")
            }
            return []
        }
        guard let field = section.optional("gateways"),
            let channels = Section(field, keys: PageChannel.allCases.map(\.name))
        else { return nil }
        if let role, role != .region {
            field.warn(
                .advice, "a \(role.name) pages nobody, so these are never used",
                remedy: "remove them")
        }
        let used = PageChannel.allCases.filter { channels.has($0.name) }
        let gateways = used.compactMap { channel in
            channels.optional(channel.name).flatMap { self.providers(channel, $0) }
        }
        return gateways.count == used.count ? gateways : nil
    }

    private func providers(_ channel: PageChannel, _ field: Field) -> ChannelGateways? {
        guard let fields = field.list(of: "providers") else { return nil }
        guard !fields.isEmpty else {
            field.report(.missing, "is empty", remedy: "add a provider, or remove the channel")
            return nil
        }
        var providers: [GatewaySettings] = []
        for field in fields {
            guard let provider = provider(channel, field) else { continue }
            if providers.contains(where: { $0.name == provider.name }) {
                field.report(
                    .duplicate, "another provider of this channel is named `\(provider.name)`",
                    remedy: "give one of them another `name`")
            }
            providers.append(provider)
        }
        guard providers.count == fields.count else { return nil }
        return ChannelGateways(channel: channel, providers: providers)
    }

    private func provider(_ channel: PageChannel, _ field: Field) -> GatewaySettings? {
        switch channel {
        case .email: smtp(field).map { .smtp($0) }
        case .sms, .voice: twilio(channel, field).map { .twilio($0) }
        case .chat: provider(field, kind: "slack", keys: []).map { .slack(name: $0.name) }
        case .webhook: webhook(field)
        case .file: fileSink(field)
        }
    }

    /// The keys of a provider, its kind checked, and its name, which is the kind unless one is
    /// given.
    private func provider(
        _ field: Field, kind: String, keys: [String]
    ) -> (section: Section, name: String)? {
        let hints = [
            "password": "put it into a file of mode 600 and write `passwordFile: NAME`",
            "token": "put it into a file of mode 600 and write `tokenFile: NAME`",
            "authToken": "put it into a file of mode 600 and write `tokenFile: NAME`",
            "secret": "put it into a file of mode 600 and write `secretFile: NAME`",
            "tls": "write `starttls: required`, `optional`, `off` or `implicit`",
        ]
        let all = ["name", "kind"] + keys
        guard let section = Section(field, keys: all, label: "name", hints: hints) else {
            return nil
        }
        if section.has("kind") {
            guard section.optional("kind")?.choice([(kind, kind)]) != nil else { return nil }
        }
        guard section.has("name") else { return (section, kind) }
        return section.optional("name")?.name().map { (section, $0) }
    }

    private func smtp(_ field: Field) -> SMTPSettings? {
        let keys = [
            "host", "port", "from", "starttls", "authority", "user", "passwordFile", "helo",
        ]
        guard let (section, name) = provider(field, kind: "smtp", keys: keys) else { return nil }
        let host = section.required("host", "the mail server").flatMap(host)
        let from = section.required("from", "the sender's address")?.parsed(
            form: ContactAddress.form(.email), ContactAddress.email)
        let choices = SMTPSettings.Encryption.allCases.map { ($0.rawValue, $0) }
        let encryption =
            section.has("starttls")
            ? section.optional("starttls")?.choice(choices) : .required
        let port =
            section.has("port")
            ? section.optional("port").flatMap(port) : encryption?.usualPort
        let authority = section.optional("authority").flatMap { certificates($0) }
        let helo = section.optional("helo").flatMap(self.host)
        let login = login(section)
        guard let host, let from, let encryption, let port, let login else { return nil }
        if encryption == .off, !isLoopback(host) {
            let place = section.optional("starttls") ?? section.field
            if login.value != nil {
                place.report(
                    .insecure, "the password would cross the network in the clear",
                    remedy: "write `starttls: required`")
            } else {
                place.warn(
                    .insecure, "pages and their links would cross the network in the clear",
                    remedy: "write `starttls: required`")
            }
        }
        return SMTPSettings(
            name: name, host: host, port: port, from: from, encryption: encryption,
            authorityPEM: authority, login: login.value, helo: helo)
    }

    /// Who logs in at a mail server; a value of `nil` is nobody.
    private func login(_ section: Section) -> (value: SMTPSettings.Login?, Void)? {
        guard section.has("user") || section.has("passwordFile") else { return (nil, ()) }
        let user = section.required("user", "the user that logs in")?.text("a user")
        let password = section.required("passwordFile", "the file of the user's password")
            .flatMap { secret($0, what: "the password") }
        guard let user, let password else { return nil }
        return (SMTPSettings.Login(user: user, password: password), ())
    }

    private func twilio(_ channel: PageChannel, _ field: Field) -> TwilioSettings? {
        let keys = ["baseURL", "accountSID", "tokenFile", "from"]
        guard let (section, name) = provider(field, kind: "twilio", keys: keys) else { return nil }
        let url =
            section.has("baseURL")
            ? section.optional("baseURL").flatMap { publicURL($0) } : "https://api.twilio.com"
        let account = section.required("accountSID", "the account")?.text("an account")
        let token = section.required("tokenFile", "the file of the account's token")
            .flatMap { secret($0, what: "the token") }
        let from = section.required("from", "the sender's number")?.parsed(
            form: ContactAddress.form(channel)
        ) { text in
            // Twilio's messaging services send messages, but make no calls.
            let isService = channel == .sms && text.hasPrefix("MG") && text.utf8.count == 34
            return isService ? text : ContactAddress.telephone(text)
        }
        guard let url, let account, let token, let from else { return nil }
        return TwilioSettings(
            name: name, baseURL: url, accountSID: account, authToken: token, from: from)
    }

    private func webhook(_ field: Field) -> GatewaySettings? {
        guard let (section, name) = provider(field, kind: "webhook", keys: ["secretFile"]) else {
            return nil
        }
        return section.required("secretFile", "the file of the secret that signs")
            .flatMap { secret($0, what: "the secret") }
            .map { .webhook(name: name, secret: $0) }
    }

    private func fileSink(_ field: Field) -> GatewaySettings? {
        guard let (section, name) = provider(field, kind: "file", keys: ["path"]) else {
            return nil
        }
        return section.required("path", "the file that pages are appended to").flatMap(file)
            .map { .file(name: name, path: $0) }
    }
}
