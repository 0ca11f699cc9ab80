/* The duty to page one step, in three regions, by a common clock that ticks every two seconds.
 * See README.md for what maps to what.
 *
 * Within a tick everything that can happen happens in any order: messages between regions that
 * reach each other take less than a tick. A region's facts are a list; the others know a prefix.
 */

#ifndef CRASHES
#define CRASHES 1
#endif
#ifndef CUTS
#define CUTS 1
#endif
#ifndef TRANSFERS
#define TRANSFERS 0
#endif
#ifndef STANDS
#define STANDS 1
#endif
#ifndef ACKS
#define ACKS 1
#endif
#define N 3
#define ALL 7
#define G0 1
#define G1 1
#ifdef BUG_intentSuppressesForEver
#define HOLD 100
#else
#define HOLD 4
#endif
#define TIMEOUT 2        /* how long a try may take, in ticks */
#define TRIES 2          /* of a region whose gateway fails */
#define FACTS 8
#define NEVER 200
#ifndef LAST_TICK
#define LAST_TICK (6 + 4 * (CUTS + TRIES + CRASHES * (1 + TRIES)))
#endif

/* Facts: what, and when. */
#define ALERT 1
#define ACK 2
#define INTENT 3
#define FAILED 4
#define DELIVERED 5
#define DROPPED 6
#define FACT(r, n) fact[(r) * (FACTS + 1) + (n)]
#define KIND(x) ((x) & 7)
#define WHEN(x) ((x) >> 3)
#define KNOWN(r, o) known[(r) * N + (o)]

/* A region's own try. */
#define IDLE 0
#define WRITTEN 1        /* the intent is durable, the last look still to come */
#define SENT 2           /* the gateway has it */
#define DONE 3           /* delivered, and the result not written yet */

byte now;
bool up[N], works[N], suspected[N] /* its gateway, in its own beacon */;
short fact[N * (FACTS + 1)];
byte count[N];
byte known[N * N];               /* how many facts of each region */
byte fresh[N];                   /* which regions it counts as fresh: a bit each */
bool cut[N];                     /* the link between the two others */
byte owner[N], epoch[N];         /* ReplicaNode.ownerHint: region + 1; the term */
bool stands[N];                  /* is a candidate */
byte votes[N];                   /* the votes on their way to it: a bit each */
byte told[N];                    /* TimeoutNow is on its way to it, from region - 1 */
byte origin;                     /* where the alert came in */
byte try[N], sentAt[N], tries[N], nextAt[N], stranger[N];
bool knowsAck[N], knowsSuccess[N]; /* of `known`, for the speed of it */
byte crashes, cuts, stood, transfers, acks, epochs;

/* For the properties only. */
byte deliveries, unrecorded /* crashes between send and record */;
byte faults;                     /* what may have left an intent open */
bool broken;                     /* some gateway does not work */
bool lived[N], heldEarly[N];
#ifdef BUG_rankTimersReset
byte looked[N];
#endif
#ifdef BUG_dutyDroppedAtTimeoutNow
bool dropped[N];
#endif

hidden byte i, k, x, hold, grace, began;

#define LINKED(r, o) (up[r] && up[o] && !cut[3 - (r) - (o)])
#define HOLDS(r) (KNOWN(r, origin) > 0)
#define IS_FRESH(r, o) ((fresh[r] >> (o)) & 1)

#ifdef BUG_regionInStepKey
#define COUNTS(r, o) (r == o)
#else
#define COUNTS(r, o) 1
#endif

/* Until when others' intents hold a region back: RegionCore.holdUntil. An intent that its region
 * followed by another without a result was cut short by a crash, and stays open. */
inline look(r) {
  hold = 0; i = 0;
  do
  :: i < N ->
     k = 1; began = NEVER;
     do
     :: k <= KNOWN(r, i) && i != r && COUNTS(r, i) ->
        x = FACT(i, k);
        if
        :: KIND(x) == INTENT ->
           if
           :: began != NEVER && began + HOLD > hold -> hold = began + HOLD
           :: else
           fi;
           began = WHEN(x)
        :: KIND(x) > INTENT -> began = NEVER
        :: else
        fi;
        k++
     :: else -> break
     od;
     if
     :: began != NEVER && began + HOLD > hold -> hold = began + HOLD
     :: else
     fi;
     i++
  :: else -> break
  od;
  i = 0; k = 0; x = 0; began = 0
}

/* Takes note of another's facts: Incident.view. */
inline learn(r, o, upTo) {
  do
  :: KNOWN(r, o) < upTo ->
     KNOWN(r, o) = KNOWN(r, o) + 1;
     x = KIND(FACT(o, KNOWN(r, o)));
     if
     :: x == ACK -> knowsAck[r] = 1
     :: x == DELIVERED && COUNTS(r, o) -> knowsSuccess[r] = 1
     :: else
     fi
  :: else -> break
  od;
  x = 0
}

/* RegionCore.grace */
inline reckonGrace(r) {
  grace = 0;
  if
  :: owner[r] != r + 1 ->
     grace = G0; i = 0;
     do
     :: i < r ->
        if
        :: i + 1 != owner[r] && IS_FRESH(r, i) && !suspected[i] -> grace = grace + G1
        :: else
        fi;
        i++
     :: else -> break
     od
  :: else
  fi;
  i = 0
}

inline write(r, kind) {
  count[r]++;
  FACT(r, count[r]) = kind | (kind == INTENT -> now << 3 : 0);
  learn(r, r, count[r])
}

#ifdef BUG_rankTimersReset
#define DUE(r) looked[r]
#else
#define DUE(r) 0
#endif
#ifdef BUG_dutyDroppedAtTimeoutNow
#define HAS_DUTY(r) !dropped[r]
#else
#define HAS_DUTY(r) 1
#endif

/* RegionCore.consider: sets `x` if it is the region's turn. */
inline isTurn(r) {
  look(r); reckonGrace(r);
  x = up[r] && HOLDS(r) && try[r] == IDLE && !knowsAck[r] && !knowsSuccess[r] && HAS_DUTY(r) &&
      tries[r] < TRIES && now >= DUE(r) + grace && now >= nextAt[r] && now >= stranger[r] &&
      (hold == 0 || now >= hold + grace) && count[r] < FACTS - 1;
  grace = 0; hold = 0
}

#ifdef STRICT_S11
#define IS_FAULTLESS (crashes == 0 && cuts == 0 && !broken)
#else
#define IS_FAULTLESS (crashes == 0 && cuts == 0 && !broken && transfers == 0)
#endif

inline delivered() {
  deliveries++;
  assert(deliveries <= N + unrecorded);                                      /* S11 */
  assert(deliveries == 1 || !IS_FAULTLESS)                                   /* S11 */
}

#ifdef BUG_noLastLook
#define LAST_LOOK 0
#else
#define LAST_LOOK 1
#endif

/* The last look, then the gateway. RegionCore.release */
inline release(r) {
  if
  :: LAST_LOOK && (knowsAck[r] || knowsSuccess[r]) -> write(r, DROPPED); try[r] = IDLE
  :: else ->
     assert(!knowsAck[r]);                                                   /* S10 */
     try[r] = SENT; sentAt[r] = now
  fi
}
inline crash(r) {
  crashes++; faults++; lived[r] = 0; up[r] = 0;
  if :: try[r] == SENT || try[r] == DONE -> unrecorded++ :: else fi;
  try[r] = IDLE; sentAt[r] = 0; tries[r] = 0; nextAt[r] = 0; owner[r] = 0; stands[r] = 0;
  votes[r] = 0; told[r] = 0; fresh[r] = 0
}

#define CAN_LEARN(r, q, o) (KNOWN(r, o) < KNOWN(q, o))
#define LEARNS(r, q) \
  (LINKED(r, q) && (CAN_LEARN(r, q, 0) || CAN_LEARN(r, q, 1) || CAN_LEARN(r, q, 2)))
#define CAN_VOTE(v, r) (LINKED(v, r) && stands[r] && epoch[v] < epoch[r])
#define CAN_WIN(r, v) (stands[r] && (votes[r] >> (v) & 1) && LINKED(r, v))
#define CAN_FOLLOW(v, r) (LINKED(v, r) && owner[r] == (r) + 1 && \
  (epoch[v] < epoch[r] || (epoch[v] == epoch[r] && owner[v] == 0)))
#define IS_UNDER_WAY(a, b) (LEARNS(a, b) || CAN_VOTE(a, b) || CAN_WIN(a, b) || CAN_FOLLOW(a, b))
#define IS_BUSY(r) (up[r] && (try[r] == WRITTEN || try[r] == DONE || \
  (try[r] == SENT && now - sentAt[r] >= TIMEOUT)))

inline mayTick() {
  isTurn(0);
  if :: !x -> isTurn(1) :: else fi;
  if :: !x -> isTurn(2) :: else fi;
  x = !x && !IS_BUSY(0) && !IS_BUSY(1) && !IS_BUSY(2) &&
      !IS_UNDER_WAY(0, 1) && !IS_UNDER_WAY(0, 2) && !IS_UNDER_WAY(1, 0) &&
      !IS_UNDER_WAY(1, 2) && !IS_UNDER_WAY(2, 0) && !IS_UNDER_WAY(2, 1)
}

/* due + G0 + k G1, the hold for each fault that may have left an intent open, the try itself. */
#define TURN (G0 + 2 * G1)
#define BOUND (TURN + faults * 4 + TIMEOUT)
#define MUST_PAGE(r) (lived[r] && works[r] && heldEarly[r])

inline tick() {
  if
  :: now == 0 -> heldEarly[0] = HOLDS(0); heldEarly[1] = HOLDS(1); heldEarly[2] = HOLDS(2)
  :: else
  fi;
  now++;
  assert(now <= BOUND || deliveries || acks ||
    (!MUST_PAGE(0) && !MUST_PAGE(1) && !MUST_PAGE(2)));                      /* L1 */
  i = 0;
  do
  :: i < N ->
     stands[i] = 0; votes[i] = 0; told[i] = 0;
     if :: nextAt[i] <= now -> nextAt[i] = 0 :: else fi;
     if :: stranger[i] <= now -> stranger[i] = 0 :: else fi;
     k = 1;
     do
     :: k <= count[i] -> /* Intents that hold nobody any more are alike. */
        if
        :: KIND(FACT(i, k)) == INTENT && WHEN(FACT(i, k)) + HOLD + TURN < now -> FACT(i, k) = INTENT
        :: else
        fi;
        k++
     :: else -> break
     od;
     fresh[i] = 0;
     k = 0;
     do
     :: k < N && up[i] && k == i -> fresh[i] = fresh[i] | 1 << k; k++
     :: k < N && up[i] && k != i && LINKED(i, k) -> fresh[i] = fresh[i] | 1 << k; k++
     :: k < N && (!up[i] || (k != i && !LINKED(i, k))) -> k++
     :: k == N -> break
     od;
     if
     :: owner[i] && !IS_FRESH(i, owner[i] - 1) -> owner[i] = 0
     :: else
     fi;
#ifdef BUG_rankTimersReset
     looked[i] = now;
#endif
     i++
  :: else -> break
  od;
  i = 0; k = 0
}

#define ENOUGH(r) (fresh[r] == 3 || fresh[r] == 5 || fresh[r] >= 6)
#ifdef BUG_dutyDroppedAtTimeoutNow
#define DROP(r, yes) dropped[r] = yes
#else
#define DROP(r, yes) skip
#endif

/* An owner was lost: the election of the next is one step. */
inline takeOver(r, v, w) {
  stood++; epochs++; epoch[r] = epochs; owner[r] = r + 1; DROP(r, 0);
  if
  :: LINKED(r, v) -> epoch[v] = epochs; owner[v] = r + 1; stands[v] = 0; DROP(v, 0)
  :: else
  fi;
  if
  :: LINKED(r, w) -> epoch[w] = epochs; owner[w] = r + 1; stands[w] = 0; DROP(w, 0)
  :: else
  fi
}

/* One that was told to stand does so; its election is in steps, because the old owner lives. */
inline stand(r) {
  epochs++; epoch[r] = epochs; owner[r] = 0; stands[r] = 1; votes[r] = 0; told[r] = 0
}

#define PAIR(r, o) \
  :: d_step { LEARNS(r, o) -> \
       learn(r, 0, KNOWN(o, 0)); learn(r, 1, KNOWN(o, 1)); learn(r, 2, KNOWN(o, 2)) } \
  :: d_step { !SETTLED && CAN_VOTE(r, o) -> \
       epoch[r] = epoch[o]; owner[r] = 0; stands[r] = 0; votes[o] = votes[o] | 1 << r } \
  :: d_step { !SETTLED && CAN_WIN(r, o) -> stands[r] = 0; votes[r] = 0; owner[r] = r + 1; DROP(r, 0) } \
  :: d_step { !SETTLED && CAN_FOLLOW(r, o) -> \
       epoch[r] = epoch[o]; owner[r] = o + 1; stands[r] = 0; DROP(r, 0) } \
  :: d_step { !SETTLED && transfers < TRANSFERS && owner[r] == r + 1 && LINKED(r, o) && owner[o] == r + 1 -> \
       transfers++; told[o] = r + 1; DROP(r, 1) } \
  :: d_step { !SETTLED && told[r] == o + 1 && owner[r] == o + 1 -> stand(r) }

#define REGION(r) \
  :: d_step { up[r] && HOLDS(r) && try[r] == IDLE -> isTurn(r); \
       if :: x -> write(r, INTENT); try[r] = WRITTEN :: else fi; x = 0 } \
  :: d_step { try[r] == WRITTEN -> release(r) } \
  :: d_step { try[r] == SENT && works[r] -> delivered(); try[r] = DONE } \
  :: d_step { try[r] == DONE -> write(r, DELIVERED); try[r] = IDLE; sentAt[r] = 0 } \
  :: d_step { try[r] == SENT && !works[r] -> write(r, FAILED); try[r] = IDLE; sentAt[r] = 0; \
       suspected[r] = 1; faults++; tries[r]++; nextAt[r] = now + 1 } \
  :: d_step { !SETTLED && up[r] && HOLDS(r) && acks < ACKS && count[r] < FACTS - 1 -> \
       acks++; write(r, ACK) } \
  :: d_step { !SETTLED && up[r] && crashes < CRASHES -> crash(r) } \
  :: d_step { up[r] && crashes < CRASHES && try[r] == SENT && works[r] -> \
       unrecorded++; delivered(); unrecorded--; crash(r) } \
  :: d_step { !SETTLED && !up[r] && !IS_FRESH(0, r) && !IS_FRESH(1, r) && !IS_FRESH(2, r) -> \
       up[r] = 1; stranger[r] = now + G0; fresh[r] = 1 << r } \
  :: d_step { !SETTLED && cuts < CUTS && !cut[r] -> cut[r] = 1; cuts++; faults++ } \
  :: d_step { !SETTLED && cut[r] -> cut[r] = 0 } \
  :: d_step { !SETTLED && up[r] && owner[r] == 0 && !stands[r] && stood < STANDS && ENOUGH(r) && \
       (LINKED(r, OTHER(r)) || LINKED(r, THIRD(r))) -> \
       takeOver(r, OTHER(r), THIRD(r)) }
#define OTHER(r) ((r + 1) % 3)
#define THIRD(r) ((r + 2) % 3)

/* Nobody will ever page again. */
#define KNOWS(r) ((knowsAck[r] || knowsSuccess[r]) && try[r] == IDLE)
#define SETTLED (KNOWS(0) && KNOWS(1) && KNOWS(2))

active proctype regions() {
  d_step { up[0] = 1; up[1] = 1; up[2] = 1; fresh[0] = ALL; fresh[1] = ALL; fresh[2] = ALL;
    lived[0] = 1; lived[1] = 1; lived[2] = 1; epochs = 1; epoch[0] = 1; epoch[1] = 1; epoch[2] = 1;
    works[0] = 1; works[1] = 1; works[2] = 1 }
#ifdef ORIGIN
  origin = ORIGIN;
#else
  if :: origin = 0 :: origin = 1 :: origin = 2 fi;
#endif
#ifdef OWNER
  owner[0] = OWNER + 1;
#else
  if :: owner[0] = 1 :: owner[0] = 2 :: owner[0] = 3 fi;
#endif
  d_step { owner[1] = owner[0]; owner[2] = owner[0]; write(origin, ALERT) }
#ifdef BROKEN
  d_step { works[BROKEN] = 0; broken = 1 }
#elif !defined(NONE_BROKEN)
  if
  :: skip
  :: d_step { works[0] = 0; broken = 1 }
  :: d_step { works[1] = 0; broken = 1 }
  :: d_step { works[2] = 0; broken = 1 }
  fi;
#endif
  do
  REGION(0)
  REGION(1)
  REGION(2)
  PAIR(0, 1)
  PAIR(0, 2)
  PAIR(1, 0)
  PAIR(1, 2)
  PAIR(2, 0)
  PAIR(2, 1)
  :: d_step { now < LAST_TICK && !SETTLED -> mayTick(); if :: x -> x = 0; tick() :: else fi }
  od
}
