import Foundation
import Testing

#if canImport(FoundationXML)
import FoundationXML
#endif

/// One element of a picture, as a reader of XML finds it.
struct DrawnElement {
    var name: String
    var attributes: [String: String]
    /// The text of its own `title` element.
    var title = ""

    /// All elements of a document. A document that is not well-formed fails the test.
    static func read(_ text: String) throws -> [DrawnElement] {
        let parser = XMLParser(data: Data(text.utf8))
        let reader = Reader()
        parser.delegate = reader
        let isRead = parser.parse()
        try #require(isRead, "line \(parser.lineNumber): \(String(describing: parser.parserError))")
        return reader.elements
    }

    private final class Reader: NSObject, XMLParserDelegate {
        var elements: [DrawnElement] = []
        /// Where those are that are not closed yet.
        private var open: [Int] = []

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
            qualifiedName: String?, attributes: [String: String] = [:]
        ) {
            open.append(elements.count)
            elements.append(DrawnElement(name: name, attributes: attributes))
        }

        func parser(
            _ parser: XMLParser, didEndElement name: String, namespaceURI: String?,
            qualifiedName: String?
        ) {
            open.removeLast()
        }

        func parser(_ parser: XMLParser, foundCharacters text: String) {
            guard let last = open.last, elements[last].name == "title", open.count > 1 else {
                return
            }
            elements[open[open.count - 2]].title += text
        }
    }
}
