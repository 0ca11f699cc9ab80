import ConfigFiles
import Gateways
import IncidentModel

/// The gateways' configuration, from the words of the file to those of the gateways.
enum GatewayMapping {
    static func configs(_ line: ChannelGateways) -> [GatewayConfig] {
        line.providers.compactMap { config($0, for: line.channel) }
    }

    private static func config(
        _ settings: GatewaySettings, for channel: PageChannel
    ) -> GatewayConfig? {
        switch settings {
        case .smtp(let smtp): return .email(config(smtp))
        case .twilio(let twilio):
            let config = TwilioConfig(
                name: twilio.name, baseURL: twilio.baseURL, accountSID: twilio.accountSID,
                authToken: twilio.authToken.text, from: twilio.from)
            return channel == .voice ? .voice(config) : .sms(config)
        case .slack(let name): return .chat(ChatConfig(name: name))
        case .webhook(let name, let secret):
            return .webhook(WebhookConfig(name: name, secret: secret.bytes))
        case .file(let name, let path): return .file(FileConfig(name: name, path: path))
        }
    }

    private static func config(_ smtp: SMTPSettings) -> SMTPConfig {
        let encryption: MailEncryption =
            switch smtp.encryption {
            case .required: .required
            case .optional: .optional
            case .off: .off
            case .implicit: .implicit
            }
        return SMTPConfig(
            name: smtp.name, host: smtp.host, port: smtp.port, encryption: encryption,
            authorityPEM: smtp.authorityPEM, user: smtp.login?.user,
            password: smtp.login?.password.text, from: smtp.from, helo: smtp.helo ?? "localhost")
    }
}
