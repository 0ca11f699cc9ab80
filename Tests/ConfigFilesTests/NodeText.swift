/// A node's file that uses every key; tests break it in one place each.
let nodeText = """
    cluster: demo
    foundingEpoch: 1
    member: "00000000000000a1"
    data: data
    roster: ../roster.yaml
    runbooks: ../runbooks
    http:
      listen: "127.0.0.1:8101"
      publicURL: https://ap.example.com/
    nng:
      listen: "0.0.0.0"
      requestPort: 8201
      publishPort: 8301
    tls:
      certificate: member.pem
      key: member.key
      authority: authority.pem
    tokens: tokens.yaml
    linkKey: link.key
    members:
      - name: ap
        role: region
        id: "00000000000000a1"
        host: ap.example.com
        requestPort: 8201
        publishPort: 8301
        publicURL: https://ap.example.com
        http: "ap.example.com:8101"
      - name: eu
        id: "00000000000000a2"
        host: eu.example.com
        requestPort: 8201
        publishPort: 8301
        publicURL: https://eu.example.com
      - name: judge
        role: witness
        id: "00000000000000a3"
        host: judge.example.com
        requestPort: 8201
        publishPort: 8301
      - name: coordinator
        role: coordinator
        id: "00000000000000a4"
        host: judge.example.com
        requestPort: 8202
        publishPort: 8302
    gateways:
      email:
        - name: main
          kind: smtp
          host: mail.example.com
          from: meridian@example.com
          user: meridian
          passwordFile: smtp-password
        - name: spare
          host: 127.0.0.1
          port: 1025
          from: meridian@example.com
          starttls: off
          authority: authority.pem
          helo: ap.example.com
      sms:
        - kind: twilio
          baseURL: https://sms.example.com/
          accountSID: AC1
          tokenFile: twilio-token
          from: "+6591234567"
      chat: [{kind: slack}]
      webhook: [{secretFile: webhook-secret}]
      file: [{name: pages, path: pages.jsonl}]
    timings:
      firstGrace: 3s
      retryPauseMax: 1m
      attemptsMax: 4
    log: {level: debug}

    """

/// Writes a node's file and everything it names; returns the path of the file.
func writeNode(_ text: String = nodeText, in folder: TempFolder) throws -> String {
    try folder.write("roster.yaml", rosterText)
    let pem = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"
    try folder.write("ap/member.pem", pem)
    try folder.write("ap/authority.pem", pem, mode: 0o644)
    try folder.write(
        "ap/member.key", "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n")
    try folder.write(
        "ap/tokens.yaml",
        [
            "operator: {token: " + String(repeating: "t", count: 32) + ", may: administer}",
            "bot: {token: " + String(repeating: "b", count: 40) + ", may: respond}", "",
        ]
        .joined(separator: "\n")
    )
    try folder.write("ap/link.key", String(repeating: "0f", count: 32) + "\n")
    try folder.write("ap/smtp-password", "p4ss word\n")
    try folder.write("ap/twilio-token", "tw-secret")
    try folder.write("ap/webhook-secret", "wh-secret\n")
    return try folder.write("ap/node.yaml", text)
}
