-- Sends the requests of a file: "random" draws them uniformly with a fixed seed, "once" sends each in its turn and
-- stops. Sums up in one line of JSON. wrk -s replay.lua URL -- FILE random|once SEED

local ffi = require('ffi')
ffi.cdef [[
  typedef struct { long seconds; long nanoseconds; } moment;
  int clock_gettime(int clock, moment *now);
  int getpid(void);
  int kill(int process, int signal);
]]

local threads = {}
local requests = {}
local count = 0
local sent = 0
local once = false
local random = math.random

-- Microseconds of CLOCK_MONOTONIC: wrk's own duration begins before the first request.
local function now()
  local moment = ffi.new('moment')
  ffi.C.clock_gettime(1, moment)
  return tonumber(moment.seconds) * 1e6 + tonumber(moment.nanoseconds) / 1e3
end

function setup(thread)
  threads[#threads + 1] = thread
end

function init(args)
  local file = assert(io.open(args[1], 'rb'))
  for length in file:lines() do
    count = count + 1
    requests[count] = file:read(tonumber(length))
  end
  file:close()
  once = args[2] == 'once'
  math.randomseed(tonumber(args[3]))
end

function request()
  if not once then return requests[random(count)] end
  if sent == 0 then began = now() end
  if sent < count then
    sent = sent + 1
  elseif not ended then
    ended = now()
    wrk.thread:stop()
    -- wrk sleeps for as long as it was told; an interrupt, as of Ctrl-C, has it sum up now.
    ffi.C.kill(ffi.C.getpid(), 2)
  end
  return requests[sent]
end

function done(summary, latency)
  local elapsed = summary.duration
  local ended_at = threads[1]:get('ended')
  if ended_at then elapsed = ended_at - threads[1]:get('began') end
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"bytes":%d,"elapsed":%.0f,"failures":%d,"p50":%.0f,"p99":%.0f,"longest":%.0f}\n',
    summary.requests, summary.bytes, elapsed,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(99), latency.max))
end
