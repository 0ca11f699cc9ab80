import Foundation
import Testing

@testable import meridian

@Suite struct DescriptorRoomTests {
    @Test(arguments: [
        (1_048_576, 16_384, false), (65_536, 16_384, false), (4_096, 3_584, false),
        (1_024, 512, true), (640, 128, true),
    ])
    func `connections take what is left`(limit: Int, connections: Int, isTight: Bool) throws {
        let room = try DescriptorRoom(limit: limit)
        #expect(room.connectionsMax == connections)
        #expect((room.warning != nil) == isTight)
        #expect(room.warning?.contains("LimitNOFILE") ?? true)
    }

    @Test(arguments: [0, 256, 639]) func `too small a limit is refused`(limit: Int) {
        let failure = #expect(throws: CommandFailure.self) { try DescriptorRoom(limit: limit) }
        #expect(failure?.description.contains("LimitNOFILE") == true)
    }

    @Test func `the soft limit is raised to the hard one`() async {
        await #expect(processExitsWith: .success) {
            let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
            var low = rlimit(rlim_cur: 700, rlim_max: 900)
            guard unsafe setrlimit(kind, &low) == 0, try DescriptorRoom.claim().limit == 900 else {
                exit(1)
            }
            var now = rlimit()
            exit(unsafe getrlimit(kind, &now) == 0 && now.rlim_cur == 900 ? 0 : 1)
        }
    }
}
