import ConfigFiles
import RegionCore

/// The text of one member's `node.yaml`.
///
/// Wherever a member is named by its id, the id stands as 16 digits, in file names too: replacing a
/// member is replacing these digits (`ClusterSetup.replaceMember`).
struct NodeTemplate {
    let plan: ClusterPlan
    let member: LaidOutMember
    let members: [LaidOutMember]

    /// The founding epoch of every cluster that is set up.
    private static let foundingEpoch = 1

    var text: String {
        let id = NodeConfig.text(of: member.id)
        return """
            # Meridian: \(member.role.name) `\(member.name)` of the cluster `\(plan.name)`.
            # Made by `meridian cluster init`. Paths are relative to this file.
            #
            # To run this member on another machine, copy this directory and the roster beside it:
            # nothing else is needed there. The directory `authority` must stay where it is safe.

            cluster: \(plan.name)
            foundingEpoch: \(Self.foundingEpoch)  # never change it: ids of incidents depend on it
            member: "\(id)"  # used once for ever: a lost disk means `meridian cluster replace`
            data: data-\(id)
            roster: ../roster.yaml
            \(runbooks)
            http:
              listen: "\(Endpoint(host: member.listenHost, port: member.httpPort))"
              publicURL: \(member.publicURL)  # what the links in pages begin with

            nng:
              listen: "\(member.listenHost)"
              requestPort: \(member.requestPort)
              publishPort: \(member.publishPort)

            tls:
              certificate: member-\(id).pem
              key: member-\(id).key
              authority: authority.pem

            tokens: tokens.yaml  # who may use the API
            linkKey: link.key  # signs the one-tap links; the same at every member

            members:
            \(members.map(entry).joined(separator: "\n"))
            \(gateways)
            log:
              level: info  # trace, debug, info, notice, warning, error, critical

            """
    }

    private func entry(_ member: LaidOutMember) -> String {
        """
          - name: \(member.name)
            role: \(member.role.name)
            id: "\(NodeConfig.text(of: member.id))"
            host: "\(member.host)"
            requestPort: \(member.requestPort)
            publishPort: \(member.publishPort)
            publicURL: \(member.publicURL)
            http: "\(Endpoint(host: member.host, port: member.httpPort))"
        """
    }

    private var runbooks: String {
        guard member.role == .region else { return "" }
        let remark = "  # folders of *.md, shown beside incidents\n"
        return (plan.runbooks.map { "runbooks: [\"\($0)\"]" } ?? "# runbooks: [runbooks]") + remark
    }

    private var gateways: String {
        guard member.role == .region else { return "" }
        let isLocal = ClusterPlan.isLoopback(plan.mail.host)
        let encryption = isLocal ? "off" : "required"
        let login =
            isLocal
            ? ""
            : """

                  # user: meridian
                  # passwordFile: smtp-password  # mode 600
            """
        return """

            # Providers by channel; the first that works is used. Others: sms and voice (twilio),
            # chat (slack), webhook, file.
            gateways:
              email:
                - name: mail
                  kind: smtp
                  host: "\(plan.mail.host)"
                  port: \(plan.mail.port)
                  from: meridian@example.com
                  starttls: \(encryption)  # required, optional, off, implicit\(login)

            """
    }
}
