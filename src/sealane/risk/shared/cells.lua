-- Cells in Valkey: one sorted set for each entity, every member of score 0, so that its members lie in the order of
-- their bytes. A member is what one fact adds to one slot:
--
--   01t 1790000000000000 0000000000000812 00             a fact of a series: when it was learned, its number, which
--                                                        consignment (the blanks are not in the member)
--   02t 1790000000000000 0000000000000812 00:500,1:12990,3   the same with the summed fields, then the running totals
--   03d 1790000000000000 VALUE                           a distinct value, by when it was last seen
--   03v VALUE 1790000000000000                           the same by value; whoever adds sends the `d` alone
--   04n 1780000000000000                                 the smallest time ever
--   05x 1790000000000000 0000000000000812 HEX            the newest value; `zzx` without one: the last fact
--
-- Adding is a union of sets, the smaller or the larger of two: facts may come twice and in any order.
-- All times and totals are whole numbers below 2^53, which a double holds exactly.

local PLANS = @PLANS@
local WIDTHS = @WIDTHS@

local AFTER = '\255'

local function call(...)
  return redis.call(...)
end

local function digits(number)
  return string.format('%016.0f', number)
end

local function first(key, prefix)
  return call('ZRANGEBYLEX', key, '[' .. prefix, '(' .. prefix .. AFTER, 'LIMIT', 0, 1)[1]
end

local function last(key, prefix)
  return call('ZREVRANGEBYLEX', key, '(' .. prefix .. AFTER, '[' .. prefix, 'LIMIT', 0, 1)[1]
end

local function numbers(text)
  local found = {}
  for number in string.gmatch(text, '[^,]+') do
    found[#found + 1] = tonumber(number)
  end
  return found
end

local function told(numbers_)
  local texts = {}
  for index, number in ipairs(numbers_) do
    texts[index] = string.format('%.0f', number)
  end
  return table.concat(texts, ',')
end

local function plus(left, right)
  local sums = {}
  for index, number in ipairs(right) do
    sums[index] = (left[index] or 0) + number
  end
  return sums
end

local function parts(member)
  local stem, values, totals = string.match(member, '^([^:]*):([^:]*):?(.*)$')
  return stem, numbers(values), numbers(totals)
end

-- Adding --------------------------------------------------------------------------------------------------------------

local function add_moment(key, member)
  if not string.find(member, ':', 1, true) then
    call('ZADD', key, 0, member)
    return
  end
  local stem, values = parts(member)
  if first(key, stem .. ':') then
    return
  end
  local slot = string.sub(member, 1, 3)
  local before = call('ZREVRANGEBYLEX', key, '(' .. stem, '[' .. slot, 'LIMIT', 0, 1)[1]
  local totals = {}
  if before then
    local _, _, reached = parts(before)
    totals = reached
  end
  for _, later in ipairs(call('ZRANGEBYLEX', key, '(' .. stem, '(' .. slot .. AFTER)) do
    local its_stem, its_values, its_totals = parts(later)
    call('ZREM', key, later)
    call('ZADD', key, 0, its_stem .. ':' .. told(its_values) .. ':' .. told(plus(its_totals, values)))
  end
  call('ZADD', key, 0, stem .. ':' .. told(values) .. ':' .. told(plus(totals, values)))
end

local function add_value(key, member)
  local slot, moment, value = string.sub(member, 1, 2), string.sub(member, 4, 19), string.sub(member, 20)
  local known = first(key, slot .. 'v' .. value)
  if known then
    local seen = string.sub(known, -16)
    if seen >= moment then
      return
    end
    call('ZREM', key, known, slot .. 'd' .. seen .. value)
  end
  call('ZADD', key, 0, member, 0, slot .. 'v' .. value .. moment)
end

local function add_one(key, member, is_better)
  local known = first(key, string.sub(member, 1, 3))
  if known then
    if not is_better(string.sub(member, 4, 35), string.sub(known, 4, 35)) then
      return
    end
    call('ZREM', key, known)
  end
  call('ZADD', key, 0, member)
end

local ADD = {
  t = add_moment,
  d = add_value,
  n = function(key, member)
    add_one(key, member, function(left, right) return left < right end)
  end,
  x = function(key, member)
    add_one(key, member, function(left, right) return left > right end)
  end,
}

local function trim(key, widths, member)
  local slot = string.sub(member, 1, 3)
  local width = widths[slot]
  if not width then
    return
  end
  local from, to = '[' .. slot, '(' .. slot .. digits(tonumber(string.sub(member, 4, 19)) - width)
  if string.sub(slot, 3) == 't' then
    call('ZREMRANGEBYLEX', key, from, to)
    return
  end
  for _, old in ipairs(call('ZRANGEBYLEX', key, from, to)) do
    call('ZREM', key, old, string.sub(slot, 1, 2) .. 'v' .. string.sub(old, 20) .. string.sub(old, 4, 19))
  end
end

-- FCALL add 1 KEY title member ...
local function add(keys, args)
  local key, widths = keys[1], WIDTHS[args[1]]
  for index = 2, #args do
    ADD[string.sub(args[index], 3, 3)](key, args[index])
    trim(key, widths, args[index])
  end
  return #args - 1
end

-- Reading -------------------------------------------------------------------------------------------------------------
-- `more` are members of facts that the caller has decided on and not yet committed: they count as if they were there.

local function each(more, slot, low)
  local index = 0
  return function()
    while index < #more do
      index = index + 1
      local member = more[index]
      if string.sub(member, 1, 3) == slot and string.sub(member, 4, 19) >= low then
        return member
      end
    end
  end
end

local function count(cell, op)
  local slot, low = op.slot .. 't', digits(cell.now - op.width)
  local found = call('ZLEXCOUNT', cell.key, '[' .. slot .. low, '(' .. slot .. AFTER)
  for _ in each(cell.more, slot, low) do
    found = found + 1
  end
  return found
end

local function sum(cell, op)
  local slot, low, total = op.slot .. 't', digits(cell.now - op.width), 0
  local start = call('ZRANGEBYLEX', cell.key, '[' .. slot .. low, '(' .. slot .. AFTER, 'LIMIT', 0, 1)[1]
  if start then
    local _, values, totals = parts(start)
    local _, _, reached = parts(last(cell.key, slot))
    total = reached[op.term] - totals[op.term] + values[op.term]
  end
  for member in each(cell.more, slot, low) do
    local _, values = parts(member)
    total = total + values[op.term]
  end
  return total
end

local function last_seen(cell, op, value)
  local known = first(cell.key, op.slot .. 'v' .. value)
  return known and string.sub(known, -16) or ''
end

local function distinct(cell, op)
  local slot, low = op.slot .. 'd', digits(cell.now - op.width)
  local found = call('ZLEXCOUNT', cell.key, '[' .. slot .. low, '(' .. slot .. AFTER)
  local added = {}
  for member in each(cell.more, slot, low) do
    local value = string.sub(member, 20)
    if not added[value] and last_seen(cell, op, value) < low then
      added[value] = true
      found = found + 1
    end
  end
  return found, added, low
end

local function is_seen(cell, op, added, low)
  local value = cell.own[op.own]
  return value ~= '' and (added[value] or last_seen(cell, op, value) >= low)
end

local function others(cell, op)
  local found, added, low = distinct(cell, op)
  if found > 0 and is_seen(cell, op, added, low) then
    found = found - 1
  end
  return found
end

local function novel(cell, op)
  local found, added, low = distinct(cell, op)
  if found == 0 or cell.own[op.own] == '' then
    return false
  end
  return is_seen(cell, op, added, low) and 0 or 1
end

local function one(cell, op, letter, is_better)
  local slot = op.slot .. letter
  local known = first(cell.key, slot)
  for member in each(cell.more, slot, '') do
    if not known or is_better(string.sub(member, 4, 35), string.sub(known, 4, 35)) then
      known = member
    end
  end
  return known
end

local function smallest(cell, op)
  local known = one(cell, op, 'n', function(left, right) return left < right end)
  return known and tonumber(string.sub(known, 4)) or false
end

local function newest(cell, op)
  local known = one(cell, op, 'x', function(left, right) return left > right end)
  return known and string.sub(known, 36) or false
end

local function has(cell, op)
  return last_seen(cell, op, cell.own[op.own]) ~= ''
end

local READ = {
  count = count,
  sum = sum,
  mean = function(cell, op) return {sum(cell, op), count(cell, op)} end,
  distinct = function(cell, op) return (distinct(cell, op)) end,
  others = others,
  novel = novel,
  smallest = smallest,
  newest = newest,
  has = has,
}

-- What is pending for the caller may have arrived meanwhile; distinct, smallest and newest values count once anyway.
local function is_new(key, member)
  if string.sub(member, 3, 3) ~= 't' then
    return true
  end
  return not first(key, string.match(member, '^[^:]*'))
end

-- FCALL_RO read 1 KEY plan now own ... more ...     answers MessagePack: [head, value, ...], false for unknown
local function read(keys, args)
  local plan = PLANS[args[1]]
  local cell = {key = keys[1], now = tonumber(args[2]), own = {}, more = {}}
  for index = 3, #args do
    if index < 3 + plan.own then
      cell.own[#cell.own + 1] = args[index]
    elseif is_new(cell.key, args[index]) then
      cell.more[#cell.more + 1] = args[index]
    end
  end
  local head = first(cell.key, 'zzx')
  local found = {head and tonumber(string.sub(head, 20, 35)) or 0}
  for index, op in ipairs(plan.ops) do
    found[index + 1] = READ[op.take](cell, op)
  end
  return cmsgpack.pack(found)
end

-- FCALL claim 1 MARK server owner milliseconds     answers whole, mine or busy
local function claim(keys, args)
  local state = call('GET', keys[1])
  if state == 'whole ' .. args[1] then
    return 'whole'
  end
  if state and string.sub(state, 1, 9) == 'building ' and state ~= 'building ' .. args[2] then
    return 'busy'
  end
  call('SET', keys[1], 'building ' .. args[2], 'PX', args[3])
  return 'mine'
end

redis.register_function('sealane_add_@VERSION@', add)
redis.register_function{function_name = 'sealane_read_@VERSION@', callback = read, flags = {'no-writes'}}
redis.register_function('sealane_claim_@VERSION@', claim)
