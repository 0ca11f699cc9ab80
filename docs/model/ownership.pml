/* Ownership of one group: votes, log, Establish, transfer. See README.md for what maps to what.
 *
 * One process; every step is one handler of the code, atomic, its writes durable before what it
 * answers leaves. The network is a set of messages that only grows: a message may arrive at any
 * time, again and again, in any order, or never.
 */

#ifndef TERMS
#define TERMS 3
#endif
#ifndef ENTRIES
#define ENTRIES 3
#endif
#define N 3

#ifdef BUG_quorumOneTooFew
#define QUORUM 1
#else
#define QUORUM 2
#endif

#define FOLLOWER 0
#define CANDIDATE 1
#define LEADER 2

/* An entry: term, author, whether it is an Establish. */
#define ENTRY(t, a, e) (((t) << 3) | ((a) << 1) | (e))
#define TERM(x) ((x) >> 3)
#define IS_ESTABLISH(x) ((x) & 1)

/* Two-dimensional arrays by hand; indexes and terms count from 1. */
#define LOG(m, i) lg[(m) * (ENTRIES + 1) + (i)]
#define SENT(t, i) sn[(t) * (ENTRIES + 1) + (i)]
#define AT(m, t) ((m) * (TERMS + 1) + (t))
#define LAST(m) LOG(m, size[m])
#define BITS(x) (((x) & 1) + (((x) >> 1) & 1) + (((x) >> 2) & 1))

/* Members. Index 0 of a log is always 0: the start. */
byte term[N], voted[N] /* member + 1 */, role[N], leader[N] /* member + 1 */;
byte lg[N * (ENTRIES + 1)], size[N], dur[N], commit[N];
bool owns[N];          /* Establish committed: Leadership.isEstablished */
byte handing[N];       /* Transfer.to + 1 */
bool byTransfer[N];    /* the kind of the candidacy */

/* The network. */
byte asked[N * (TERMS + 1)];    /* vote requests: 1 + the end of the candidate's log, see END */
byte granted[N * (TERMS + 1)];  /* by candidate: who said yes, a bit each */
byte leads[TERMS + 1];          /* appends of a term: their sender + 1 ... */
byte sn[(TERMS + 1) * (ENTRIES + 1)], sentLen[TERMS + 1], sentCommit[TERMS + 1];
byte acked[N * (TERMS + 1)];    /* append replies: matched up to here, durably */
byte told[N * (TERMS + 1)];     /* TimeoutNow of a term to a member: 1 + lastIndex */

/* For the properties only. */
hidden byte i, j, k, x, y;
byte me, it, t, from, to; /* the step to be taken: whose, with whom, of what */
byte fixed[ENTRIES + 1], fixedIn[ENTRIES + 1], fixedLen; /* committed: what, in which term */
bool resumed[TERMS + 1];       /* the leader of the term gave up a transfer */
byte touched;                  /* who of 0 and 1 has done something */
#define OBEYED 128             /* in `told`: somebody stood because of it */

#define END(t, n) ((t) * (ENTRIES + 1) + (n))

#define LEADS(m, t) (role[m] == LEADER && term[m] == t)
#define STANDS(m, t) (role[m] == CANDIDATE && term[m] == t)
#define DEAF(m, t) (term[m] > t || (term[m] == t && (voted[m] || role[m] == LEADER)))
#ifdef TRANSFERS
#define FOLLOW(m, t) leader[m] = leads[t]
#else
#define FOLLOW(m, t) leader[m] = 0
#endif

/* S3: two logs with the same term at the same index are equal up to there. */
inline logMatching(m) {
  i = 0;
  do
  :: i < N ->
     if
     :: i != m ->
        x = (size[i] < size[m] -> size[i] : size[m]);
        y = 0;
        do
        :: x > 0 ->
           if
           :: y -> assert(LOG(i, x) == LOG(m, x))                           /* S3 */
           :: !y && TERM(LOG(i, x)) == TERM(LOG(m, x)) ->
              y = 1; assert(LOG(i, x) == LOG(m, x))                         /* S3 */
           :: else
           fi;
           x--
        :: else -> break
        od
     :: else
     fi;
     i++
  :: else -> break
  od;
  i = 0; x = 0; y = 0
}

/* S4: what is committed is the same everywhere and for ever. */
inline fix(m, upTo) {
  commit[m] = upTo;
  i = 1;
  do
  :: i <= upTo ->
     if
     :: i <= fixedLen -> assert(fixed[i] == LOG(m, i))                      /* S4 */
     :: else -> fixed[i] = LOG(m, i); fixedIn[i] = term[m]; fixedLen = i
     fi;
     i++
  :: else -> break
  od;
  i = 0
}

/* S4: a leader has what was committed in terms before its own. */
inline holdsFixed(m) {
  i = 1;
  do
  :: i <= fixedLen ->
     assert(fixedIn[i] >= term[m] || (i <= size[m] && LOG(m, i) == fixed[i])); /* S4 */
     i++
  :: else -> break
  od;
  i = 0
}

/* An owner has its own Establish committed, and has applied all that was committed before. */
inline serves(m) {
  assert(commit[m] > 0);                                                     /* S12 */
  i = 1; x = 0;
  do
  :: i <= commit[m] ->
     x = x + (TERM(LOG(m, i)) == term[m] && IS_ESTABLISH(LOG(m, i)) -> 1 : 0);
     i++
  :: else -> break
  od;
  assert(x == 1);                                                            /* S12 */
  i = 1;
  do
  :: i <= fixedLen -> assert(fixedIn[i] >= term[m] || commit[m] >= i); i++   /* serving */
  :: else -> break
  od;
  i = 0; x = 0
}

/* An old leader's last entries are made durable here at the latest: what they answer waits for it. */
inline becomeFollower(m) {
  role[m] = FOLLOWER; owns[m] = 0; byTransfer[m] = 0; handing[m] = 0; dur[m] = size[m]
}

inline adopt(m, t) {
  if
  :: t > term[m] -> becomeFollower(m); term[m] = t; voted[m] = 0; leader[m] = 0
  :: else
  fi
}

/* S2: a member says yes to one candidate of a term. */
inline grant(m, c) {
  k = AT(c, term[m]);
  granted[k] = granted[k] | (1 << m);
  k = (granted[AT(0, term[m])] >> m & 1) + (granted[AT(1, term[m])] >> m & 1) +
      (granted[AT(2, term[m])] >> m & 1);
  assert(k == 1);                                                            /* S2 */
  k = 0;
  voted[m] = c + 1
}

inline beginVote(m) {
  role[m] = CANDIDATE; owns[m] = 0; leader[m] = 0; handing[m] = 0; byTransfer[m] = 0;
  term[m] = term[m] + 1;
  asked[AT(m, term[m])] = 1 + END(TERM(LAST(m)), size[m]);
#ifdef BUG_voteWithFirstEntry
  if
  :: size[m] < ENTRIES -> size[m]++; dur[m] = size[m]; LOG(m, size[m]) = ENTRY(term[m], m, 1)
  :: else
  fi;
#endif
  grant(m, m)
}

#ifdef BUG_upToDateByIndexOnly
#define UP_TO_DATE(m, e) ((e) % (ENTRIES + 1) >= size[m])
#else
#define UP_TO_DATE(m, e) ((e) >= END(TERM(LAST(m)), size[m]))
#endif

inline receiveVoteRequest(m, c, t) {
  adopt(m, t);
  x = asked[AT(c, t)] - 1;
  if
  :: (voted[m] == 0 || voted[m] == c + 1) && UP_TO_DATE(m, x) ->
#ifdef BUG_voteWithFirstEntry
     if
     :: x == END(TERM(LAST(m)), size[m]) && size[m] < ENTRIES ->
        size[m]++; dur[m] = size[m]; LOG(m, size[m]) = ENTRY(t, c, 1);
        acked[AT(m, t)] = size[m]
     :: else
     fi;
#endif
     grant(m, c)
  :: else
  fi;
  x = 0
}

inline appendOwn(m, e) {
#ifdef BUG_voteWithFirstEntry
  if
  :: e && TERM(LAST(m)) == term[m] -> skip
  :: else -> size[m]++
  fi;
#else
  size[m]++;
#endif
  LOG(m, size[m]) = ENTRY(term[m], m, e);
  SENT(term[m], size[m]) = LOG(m, size[m]);
  sentLen[term[m]] = size[m];
  logMatching(m)
}

#ifdef STRICT_T3
#define T3_COUNTS(t) 1
#else
#define T3_COUNTS(t) !resumed[t]
#endif

inline becomeLeader(m) {
  assert(leads[term[m]] == 0);                                               /* S1, S12 */
  leads[term[m]] = m + 1;
  role[m] = LEADER;
  FOLLOW(m, term[m]);
  holdsFixed(m);
  if
  :: byTransfer[m] && T3_COUNTS(term[m] - 1) && leads[term[m] - 1] ->
     assert(size[m] >= sentLen[term[m] - 1])                                  /* T3 */
  :: else
  fi;
  i = 1;
  do
  :: i <= size[m] -> SENT(term[m], i) = LOG(m, i); i++
  :: else -> break
  od;
  i = 0;
  appendOwn(m, 1);
#ifdef BUG_serveBeforeEstablish
  owns[m] = 1; serves(m);
#endif
  byTransfer[m] = 0
}

/* An append of term t with the entries behind `from` up to `to`. */
inline receiveAppend(m, t, from, to, theirs) {
  adopt(m, t);
  becomeFollower(m);
  FOLLOW(m, t);
  if
  :: from > commit[m] && from > size[m] -> skip
#ifndef BUG_noPrevTermCheck
  :: from > commit[m] && from <= size[m] && TERM(LOG(m, from)) != TERM(SENT(t, from)) -> skip
#endif
  :: else ->
     assert(from > commit[m] || TERM(LOG(m, from)) == TERM(SENT(t, from)));  /* S4 */
     x = from + 1;
     do
     :: x <= to && x <= size[m] && TERM(LOG(m, x)) == TERM(SENT(t, x)) -> x++
     :: else -> break
     od;
     if
     :: x <= to ->
        assert(x > commit[m]);                                               /* S4 */
        y = x;
        do
        :: y <= ENTRIES -> LOG(m, y) = (y <= to -> SENT(t, y) : 0); y++
        :: else -> break
        od;
        size[m] = to; dur[m] = to;
        logMatching(m)
     :: else
     fi;
     if
     :: acked[AT(m, t)] < to && LEADS(leads[t] - 1, t) -> acked[AT(m, t)] = to
     :: else
     fi;
     x = (theirs < to -> theirs : to);
     if
     :: x > commit[m] -> y = x; x = 0; fix(m, y)
     :: else
     fi
  fi;
  x = 0; y = 0
}

#define MATCHED(m, t, n) \
  ((acked[AT(((m) + 1) % 3, t)] >= n) + (acked[AT(((m) + 2) % 3, t)] >= n) + (OWN_COPY(m) >= n))
#ifdef BUG_fsyncSkipped
#define OWN_COPY(m) size[m]
#else
#define OWN_COPY(m) dur[m]
#endif
#ifdef BUG_oldTermCommitByCount
#define MAY_COMMIT(m, n) 1
#else
#define MAY_COMMIT(m, n) (TERM(LOG(m, n)) == term[m])
#endif

inline advanceCommit(m, n) {
  fix(m, n);
  sentCommit[term[m]] = n;
  if
  :: !owns[m] && TERM(LOG(m, n)) == term[m] -> owns[m] = 1; serves(m)
  :: else
  fi
}

inline crash(m) {
  do
  :: size[m] > dur[m] -> LOG(m, size[m]) = 0; size[m]--
  :: else -> break
  od;
  becomeFollower(m);
  leader[m] = 0; commit[m] = 0;
#ifdef BUG_voteNotPersisted
  voted[m] = 0;
#endif
#ifdef BUG_sameIdAfterDiskLoss
  do
  :: size[m] > 0 -> LOG(m, size[m]) = 0; size[m]--
  :: else -> break
  od;
  dur[m] = 0; term[m] = 0; voted[m] = 0;
#endif
  x = 0
}

/* Members are alike: 0 does something before 1, and 1 before 2. */
#define MAY_ACT(m) (m == 0 || (m == 1 && (touched & 1)) || (m == 2 && (touched & 2)))
#define ACT(m) touched = touched | (1 << m & 3)

/* Forgets messages that nobody would follow any more, so that states that differ by them alone are
 * one. Members that lose their disks may follow anything. */
inline tidy() {
#ifndef BUG_sameIdAfterDiskLoss
  i = 1;
  do
  :: i <= TERMS ->
     if
     :: leads[i] && !LEADS(leads[i] - 1, i) ->
        acked[AT(0, i)] = 0; acked[AT(1, i)] = 0; acked[AT(2, i)] = 0;
     :: else
     fi;
#ifndef TRANSFERS
     if
     :: leads[i] && LEADS(leads[i] - 1, i) ->
        x = commit[leads[i] - 1];
        if :: acked[AT(0, i)] <= x -> acked[AT(0, i)] = 0 :: else fi;
        if :: acked[AT(1, i)] <= x -> acked[AT(1, i)] = 0 :: else fi;
        if :: acked[AT(2, i)] <= x -> acked[AT(2, i)] = 0 :: else fi;
        x = 0
     :: else
     fi;
#endif
     if
     :: leads[i] && !LEADS(leads[i] - 1, i) ->
#if defined(TRANSFERS) && !defined(BUG_staleTimeoutNow)
        if :: term[0] > i -> told[AT(0, i)] = 0 :: else fi;
        if :: term[1] > i -> told[AT(1, i)] = 0 :: else fi;
        if :: term[2] > i -> told[AT(2, i)] = 0 :: else fi;
#else
        skip
#endif
     :: else
     fi;
     if
     :: DEAF(0, i) && DEAF(1, i) && DEAF(2, i) ->
        asked[AT(0, i)] = 0; asked[AT(1, i)] = 0; asked[AT(2, i)] = 0
     :: else
     fi;
     k = (term[0] > i) | (term[1] > i) << 1 | (term[2] > i) << 2;
     if :: !STANDS(0, i) -> granted[AT(0, i)] = granted[AT(0, i)] & (7 - k) :: else fi;
     if :: !STANDS(1, i) -> granted[AT(1, i)] = granted[AT(1, i)] & (7 - k) :: else fi;
     if :: !STANDS(2, i) -> granted[AT(2, i)] = granted[AT(2, i)] & (7 - k) :: else fi;
     if
     :: k == 7 && sentLen[i] ->
        j = 1;
        do
        :: j <= ENTRIES -> SENT(i, j) = 0; j++
        :: else -> break
        od;
        j = 0; sentCommit[i] = 0;
        if
        :: !(byTransfer[0] && term[0] == i + 1) && !(byTransfer[1] && term[1] == i + 1) &&
           !(byTransfer[2] && term[2] == i + 1) -> sentLen[i] = 0; resumed[i] = 0
        :: else
        fi
     :: else
     fi;
     i++
  :: else -> break
  od;
  i = 0; k = 0
#else
  skip
#endif
}

#ifdef BUG_proposalsDuringTransfer
#define MAY_PROPOSE(m) 1
#else
#define MAY_PROPOSE(m) (handing[m] == 0)
#endif
#ifdef BUG_transferToLaggard
#define HAS_ALL(m, o) 1
#else
#define HAS_ALL(m, o) (acked[AT(o, term[m])] == size[m])
#endif
#ifdef BUG_staleTimeoutNow
#define OBEYS(m, t) (role[m] != LEADER)
#else
#define OBEYS(m, t) (t == term[m] && leader[m] == leads[t] && size[m] >= (told[AT(m, t)] & 127) - 1)
#endif

/* Every kind of step: first which one, then what it does. */
#define IF(guard) :: d_step { (guard) ->
#define VOTE(m, c, n) \
  IF(m != c && MAY_ACT(m) && asked[AT(c, n)] && n >= term[m] && \
     !(n == term[m] && (role[m] == LEADER || voted[m]))) me = m; it = c; t = n }
#define APPEND(m, n, a, b) \
  IF(MAY_ACT(m) && leads[n] && leads[n] != m + 1 && n >= term[m] && b <= sentLen[n]) \
     me = m; t = n; from = a; to = b }
#define COMMIT(m, n) \
  IF(role[m] == LEADER && n > commit[m] && n <= size[m] && MAY_COMMIT(m, n) && \
     MATCHED(m, term[m], n) >= QUORUM) me = m; to = n }
#define BEGIN(m, o) \
  IF(m != o && role[m] == LEADER && owns[m] && handing[m] == 0 && told[AT(o, term[m])] == 0) \
     me = m; it = o }
#define TELL(m, o) \
  IF(m != o && role[m] == LEADER && handing[m] == o + 1 && HAS_ALL(m, o) && \
     told[AT(o, term[m])] == 0) me = m; it = o }
#define OBEY(m, n) IF(MAY_ACT(m) && told[AT(m, n)] && term[m] < TERMS && OBEYS(m, n)) me = m; t = n }
#define LACKS(m, n) \
  (told[AT(m, n)] && n == term[m] && leader[m] == leads[n] && leads[n] != m + 1 && \
   size[m] < (told[AT(m, n)] & 127) - 1)

#if TERMS == 2
#define TERMS_OF(X, m) X(m, 1) X(m, 2)
#define VOTES_OF(m, c) VOTE(m, c, 1) VOTE(m, c, 2)
#elif TERMS == 3
#define TERMS_OF(X, m) X(m, 1) X(m, 2) X(m, 3)
#define VOTES_OF(m, c) VOTE(m, c, 1) VOTE(m, c, 2) VOTE(m, c, 3)
#else
#define TERMS_OF(X, m) X(m, 1) X(m, 2) X(m, 3) X(m, 4)
#define VOTES_OF(m, c) VOTE(m, c, 1) VOTE(m, c, 2) VOTE(m, c, 3) VOTE(m, c, 4)
#endif
#define UP_TO_2(m, n) APPEND(m, n, 0, 0) APPEND(m, n, 0, 1) APPEND(m, n, 0, 2) \
  APPEND(m, n, 1, 1) APPEND(m, n, 1, 2) APPEND(m, n, 2, 2)
#if ENTRIES == 2
#define APPENDS_OF(m, n) UP_TO_2(m, n)
#define COMMITS(m) COMMIT(m, 1) COMMIT(m, 2)
#else
#define APPENDS_OF(m, n) UP_TO_2(m, n) \
  APPEND(m, n, 0, 3) APPEND(m, n, 1, 3) APPEND(m, n, 2, 3) APPEND(m, n, 3, 3)
#define COMMITS(m) COMMIT(m, 1) COMMIT(m, 2) COMMIT(m, 3)
#endif
#define VOTES(m) VOTES_OF(m, 0) VOTES_OF(m, 1) VOTES_OF(m, 2)
#define APPENDS(m) TERMS_OF(APPENDS_OF, m)
#define OBEYED_BY(m) TERMS_OF(OBEY, m)
#define WITH_EACH(X, m) X(m, 0) X(m, 1) X(m, 2)
#define BEGINS(m) WITH_EACH(BEGIN, m)
#define TELLS(m) WITH_EACH(TELL, m)
#define STANDS_UP(m) IF(MAY_ACT(m) && role[m] != LEADER && term[m] < TERMS) me = m }
#define WINS(m) \
  IF(role[m] == CANDIDATE && BITS(granted[AT(m, term[m])]) >= QUORUM && MAY_LEAD(m)) me = m }
#define SYNCS(m) IF(role[m] == LEADER && dur[m] < size[m]) me = m }
#define PROPOSES(m) \
  IF(role[m] == LEADER && owns[m] && MAY_PROPOSE(m) && size[m] < ENTRIES) me = m }
#define RESUMES(m) IF(role[m] == LEADER && handing[m]) me = m }
#define CRASHES(m) \
  IF(role[m] != FOLLOWER || leader[m] || commit[m] || dur[m] < size[m] || voted[m]) me = m }
#ifdef BUG_voteWithFirstEntry
#define MAY_LEAD(m) (size[m] < ENTRIES || TERM(LAST(m)) == term[m])
#else
#define MAY_LEAD(m) (size[m] < ENTRIES)
#endif

#define STEP(X) :: atomic { if X(0) X(1) X(2) fi; d_step { ACT(me);
#define DONE tidy(); me = 0; it = 0; t = 0; from = 0; to = 0 } }

active proctype group() {
  do
  STEP(STANDS_UP) beginVote(me); DONE
  STEP(VOTES) receiveVoteRequest(me, it, t); DONE
  STEP(WINS) becomeLeader(me); DONE
  STEP(APPENDS) receiveAppend(me, t, from, to, sentCommit[t]); DONE
  STEP(SYNCS) dur[me] = size[me]; DONE
  STEP(COMMITS) advanceCommit(me, to); DONE
  STEP(PROPOSES) serves(me); appendOwn(me, 0); DONE
  STEP(CRASHES) crash(me); DONE
#ifdef TRANSFERS
  STEP(BEGINS) handing[me] = it + 1; DONE
  STEP(TELLS) told[AT(it, term[me])] = 1 + size[me]; DONE
  STEP(RESUMES)
    if
    :: told[AT(handing[me] - 1, term[me])] -> resumed[term[me]] = 1
    :: else
    fi;
    handing[me] = 0; DONE
  STEP(OBEYED_BY)
    assert(!(told[AT(me, t)] & OBEYED));                                     /* T1 */
    told[AT(me, t)] = told[AT(me, t)] | OBEYED;
    beginVote(me); byTransfer[me] = 1; DONE
  /* Who is told to stand by its present leader has everything, durably. */
#define NEVER_LACKS(m) TERMS_OF(ASSERT_HAS, m)
#define ASSERT_HAS(m, n) :: d_step { LACKS(m, n) -> assert(0) }
  NEVER_LACKS(0) NEVER_LACKS(1) NEVER_LACKS(2)                               /* T2 */
#endif
  od
}
