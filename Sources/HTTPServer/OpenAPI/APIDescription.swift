import APIModel
import Basics
import HTTPTypes

/// The description of the API as an OpenAPI 3.1 document, made of the operations and of the types
/// they take and answer. *Source:* docs/decisions/0020; spec.openapis.org/oas/v3.1.1.
enum APIDescription {
    /// The document.
    static let document: JSONValue = make(Operation.all)

    private static func make(_ operations: [Operation]) -> JSONValue {
        let probe = SchemaProbe()
        _ = probe.schema(of: Problem.self)
        var paths: [JSONValue.Member] = []
        for operation in operations {
            let method = JSONValue.Member(
                operation.method.rawValue.lowercased(), describe(operation, probe))
            if let known = paths.firstIndex(where: { $0.name == operation.path }) {
                paths[known].value = .object(paths[known].value.members + [method])
            } else {
                paths.append(JSONValue.Member(operation.path, .object([method])))
            }
        }
        for type in eventTypes { _ = probe.schema(of: type) }
        return [
            "openapi": "3.1.1",
            "info": [
                "title": "Meridian", "version": "1", "summary": "Incident response across regions",
                "description": .string(introduction),
            ],
            "servers": [["url": "/", "description": "The region that served this description"]],
            "security": [["token": []]],
            "paths": .object(paths),
            "components": [
                "securitySchemes": [
                    "token": [
                        "type": "http", "scheme": "bearer",
                        "description": "A token of tokens.yaml; client.yaml has one.",
                    ]
                ],
                "headers": headers,
                "schemas": .object(
                    probe.schemas.map { JSONValue.Member($0.name, $0.schema) }),
            ],
        ]
    }

    private static let introduction = """
        Every region answers every request, also alone. Reads are local, and say how much they \
        know: which region answers, the epoch and log index of an incident, what is not in its log \
        yet, and since when its owner has not been heard. Writes are answered when they are safe: \
        `quorum`, or after a second `local`. Unknown fields and parameters are passed over, so \
        that a client may be newer or older than a node. Refusals are problems (RFC 9457) that \
        name the field and the remedy. HEAD is answered wherever GET is.
        """

    private static let eventTypes: [any (Codable & Sendable).Type] = [
        HelloEvent.self, IncidentEvent.self, ClusterEvent.self, OnCallEvent.self, ResetEvent.self,
    ]

    private static let headers: JSONValue = [
        "Meridian-Region": header("The region that answers."),
        "Meridian-Majority": header(
            "Whether that region can reach a majority: `yes` or `no`."),
        "ETag": header("Names what was answered: send it as `If-None-Match`."),
    ]

    private static func header(_ words: String) -> JSONValue {
        ["description": .string(words), "schema": ["type": "string"]]
    }

    // MARK: One operation

    private static func describe(_ operation: Operation, _ probe: SchemaProbe) -> JSONValue {
        var fields: [JSONValue.Member] = [
            JSONValue.Member("operationId", .string(operation.id)),
            JSONValue.Member("tags", [.string(operation.tag)]),
            JSONValue.Member("summary", .string(operation.summary)),
        ]
        if !operation.details.isEmpty {
            fields.append(JSONValue.Member("description", .string(operation.details)))
        }
        let parameters = parameters(of: operation)
        if !parameters.isEmpty {
            fields.append(JSONValue.Member("parameters", .array(parameters)))
        }
        if let body = operation.body {
            let content = content("application/json", probe.schema(of: body))
            fields.append(
                JSONValue.Member("requestBody", ["required": true, "content": content]))
        }
        if !operation.success.needsToken {
            fields.append(JSONValue.Member("security", []))
        }
        fields.append(JSONValue.Member("responses", responses(of: operation, probe)))
        return .object(fields)
    }

    private static func parameters(of operation: Operation) -> [JSONValue] {
        var parameters: [JSONValue] = operation.pathParameters.map { name in
            [
                "name": .string(name), "in": "path", "required": true,
                "description": .string(pathWords[name] ?? ""),
                "schema": pathSchema(name, operation),
            ]
        }
        for one in operation.parameters {
            parameters.append([
                "name": .string(one.name), "in": .string(one.place.rawValue),
                "required": .bool(one.isRequired), "description": .string(one.words),
                "schema": schema(of: one.shape),
            ])
        }
        if operation.method == .get, case .json = operation.success {
            parameters.append([
                "name": "If-None-Match", "in": "header",
                "description": "The tag of an answer that is known: 304 if it is the same.",
                "schema": ["type": "string"],
            ])
        }
        return parameters
    }

    private static let pathWords = [
        "id": "The id, or a beginning of at least four digits that no other has.",
        "item": "The id of what was written down, like `m1.42`.",
        "name": "The name, as the list has it.",
        "version": "The version, or the beginning of it.",
    ]

    private static func pathSchema(_ name: String, _ operation: Operation) -> JSONValue {
        guard name == "id", !operation.path.hasPrefix(APIPath.changes) else {
            return ["type": "string", "minLength": .number("1")]
        }
        return ["type": "string", "pattern": "^[0-9a-fA-F]{4,32}$"]
    }

    private static func schema(of shape: Operation.Parameter.Shape) -> JSONValue {
        switch shape {
        case .text: ["type": "string"]
        case .flag: ["type": "boolean"]
        case .time: ["type": "string", "format": "date-time"]
        case .number(let range):
            [
                "type": "integer", "minimum": .number("\(range.lowerBound)"),
                "maximum": .number("\(range.upperBound)"),
            ]
        case .words(let words, severally: false):
            ["type": "string", "enum": .array(words.map { .string($0) })]
        case .words(let words, severally: true):
            [
                "type": "string",
                "pattern": .string(
                    "^(\(words.joined(separator: "|")))(,(\(words.joined(separator: "|"))))*$"),
            ]
        }
    }

    private static func content(_ type: String, _ schema: JSONValue) -> JSONValue {
        .object([JSONValue.Member(type, ["schema": schema])])
    }

    // MARK: Answers

    private static func responses(of operation: Operation, _ probe: SchemaProbe) -> JSONValue {
        var responses: [(status: Int, value: JSONValue)] = []
        switch operation.success {
        case .json(let type, let statuses):
            let texts = operation.otherForms.map {
                JSONValue.Member($0, ["schema": ["type": "string"]])
            }
            let content = JSONValue.object(
                content("application/json", probe.schema(of: type)).members + texts)
            for status in statuses {
                let words = status == 201 ? "It was made." : "It is so."
                responses.append((status, answer(words, content, hasTag: operation.isTagged)))
            }
            if operation.isTagged {
                responses.append(
                    (304, answer("It is as the client knows it.", nil, hasTag: true)))
            }
        case .events:
            let content = content("text/event-stream", ["type": "string"])
            responses.append((200, answer("A stream that does not end.", content)))
        case .description:
            let content = content("application/json", ["type": "object"])
            responses.append((200, answer("An OpenAPI document.", content)))
        }
        for status in Set(operation.refusals.map(\.status)).sorted() {
            let titles = operation.refusals.filter { $0.status == status }.map(\.title)
            let words = Array(Set(titles)).sorted().joined(separator: "; ") + "."
            responses.append(
                (
                    status,
                    answer(
                        words, content(Problem.mediaType, probe.schema(of: Problem.self)))
                ))
        }
        return .object(responses.map { JSONValue.Member("\($0.status)", $0.value) })
    }

    private static func answer(
        _ words: String, _ content: JSONValue?, hasTag: Bool = false
    ) -> JSONValue {
        let names = ["Meridian-Region", "Meridian-Majority"] + (hasTag ? ["ETag"] : [])
        let headers = names.map {
            JSONValue.Member($0, ["$ref": .string("#/components/headers/\($0)")])
        }
        var fields = [
            JSONValue.Member("description", .string(words)),
            JSONValue.Member("headers", .object(headers)),
        ]
        if let content { fields.append(JSONValue.Member("content", content)) }
        return .object(fields)
    }
}

extension Operation {
    /// Whether its answers have a tag by which they are known.
    fileprivate var isTagged: Bool {
        guard case .json = success else { return false }
        return method == .get
    }
}
