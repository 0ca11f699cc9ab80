extension String {
    /// Whether it contains other words. To look for characters is dear, and most texts do not even contain
    /// their bytes.
    func holds(_ words: String) -> Bool {
        let wanted = Array(words.utf8)
        guard let first = wanted.first else { return true }
        let bytes = Array(utf8)
        guard bytes.count >= wanted.count else { return false }
        let isLikely = (0...bytes.count - wanted.count).contains { start in
            bytes[start] == first && bytes[start..<start + wanted.count].elementsEqual(wanted)
        }
        return isLikely && contains(words)
    }
}
