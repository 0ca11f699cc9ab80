/// A roster that uses every key once; tests break it in one place each.
let rosterText = """
    regions:
      - {name: ap, zone: Asia/Singapore, day: "09:00-17:00"}
      - name: eu
        zone: Europe/Berlin
        day: "09:00-18:00"
        days: mon-fri

    people:
      - id: mei
        name: Mei Tanaka
        region: ap
        zone: Asia/Tokyo
        localNight: "23:30-06:30"
        hours: "10:00-18:30"
        languages: [ja, en]
        contacts:
          - email: mei@example.com
          - sms: "+65 9123-4567"
            after: 2m
            severity: SEV2
          - voice: +6591234567
            after: 1m30s
          - chat: https://chat.example.com/hook/1
          - webhook: https://example.com/page?who=mei
          - file: mei
      - id: raj
        name: Raj Nair
        region: ap
        contacts:
          - email: raj@example.com
      - id: ana
        name: Ana Keller
        region: eu
        contacts: [{email: ana@example.com}]

    teams:
      - {id: payments, name: Payments, people: [ana, mei], lead: ana}
      - {id: platform, people: [raj]}

    schedules:
      - id: follow-the-sun
        name: Follow the sun
        uncovered: first-shift
        shifts:
          - region: ap
            window: "09:00-17:00"
            days: mon-fri
            rotation: weekly
            handoff: "mon 09:30"
            from: 2026-01-05
            people: [mei, raj]
          - region: eu
            zone: Europe/London
            window: "22:00-06:00"
            days: [sat, sun]
            rotation: every 3 days
            from: 2026-01-07
            people: [ana, mei]
      - id: night
        shifts:
          - region: eu
            rotation: daily
            handoff: "08:00"
            from: 2026-02-01
            people: [ana, raj]

    policies:
      - id: default
        repeat: 1
        levels:
          - page: [schedule follow-the-sun, person ana]
            timeouts: {sev1: 20s, sev2: manual, sev5: 2h}
          - page:
              - schedule: night
            timeouts: 45s
          - page: [person raj]

    services:
      - id: checkout
        name: Checkout
        policy: default
        severity: SEV2
        runbook: https://runbooks.example.com/checkout
        keys: [0123456789abcdef0123456789abcdef, fedcba9876543210fedcba9876543210]
        duplicates: [cluster, job]
        coverage: business-hours
        playbooks: ["https://playbooks.example.com/cards", "https://playbooks.example.com/load"]
        team: payments
        tier: 1
        dependencies: [search]
      - id: search
        runbooks: ["https://runbooks.example.com/search", "https://runbooks.example.com/shards"]
        policy: default

    catchAll: [ana, mei]

    """
