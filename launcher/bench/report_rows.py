"""What 400 000 requests leave in a casebook, made by PostgreSQL from their numbers alone.

Each has its orders, deadlines, lights, ratings and scores; every ninth was given back once, every 23rd withdrawn.
"""

REQUESTS = """
    insert into requests (request_id, platform, external_id, channel, category, community, urgency, caller_kind,
                          responsible_unit, title, text, received_at, taken_in_at, level, closed_at, withdrawn_at)
    select 'JA20260101-' || lpad(number::text, 6, '0') || '-0', 'mayor_line', number::text,
           (%(channels)s::text[])[1 + (number * 7) %% cardinality(%(channels)s::text[])],
           (%(categories)s::text[])[
               1 + (number * 31 + (number / 13) * (number %% 3)) %% cardinality(%(categories)s::text[])],
           (%(communities)s::text[])[1 + (number * 17 + (number / 7) %% 5) %% cardinality(%(communities)s::text[])],
           'normal', 'citizen', 'district_centre', '样例', repeat('样例诉求', 20), at, at + interval '1 minute',
           (array['A','A','A','A','B','B','B','C','D'])[1 + number %% 9],
           case when number %% 23 > 1 or (number %% 23 = 1 and number %% 11 > 0)
                then at + make_interval(hours => 30 + (number * 37) %% 330) end,
           case when number %% 23 = 0 then at + interval '5 hours' end
    from (
        select number, %(first)s::timestamptz + make_interval(secs => (number::bigint * 104729) %% %(span)s) as at
        from generate_series(0, %(count)s - 1) as number) as numbered"""
ORDERS = """
    insert into work_orders (work_order_id, request_id, process_instance_key, kind, unit, level, form, round,
                             issued_at, reported_at, outcome, closed_at)
    select request_id || suffix, request_id, external_id::bigint * 4 + step, kind,
           (%(units)s::text[])[1 + ((external_id::int * 11) %% cardinality(%(units)s::text[]))], level, kind, 1,
           received_at + make_interval(hours => step),
           case when kind = 'sign_in' then received_at + make_interval(hours => step + 1)
                when closed_at is not null then closed_at - interval '20 hours' end,
           case when kind = 'handling' then case when closed_at is not null then 'done' end
                when step = 0 and external_id::int %% 9 = 0 then 'returned' else 'accepted' end,
           coalesce(withdrawn_at, case when kind = 'sign_in' then received_at + make_interval(hours => step + 1) end)
    from requests, (values (0, 'sign_in', '-01'), (2, 'sign_in', '-02'), (3, 'handling', '-03'))
                   as steps (step, kind, suffix)
    where step <> 2 or external_id::int %% 9 = 0"""
DEADLINES = """
    insert into deadlines (work_order_id, version, limit_name, limit_hours, inspect_hours, basis, extended_hours,
                           started_at, yellow_at, red_at, inspect_at, skipped, provisional, changes, planned_at)
    select work_order_id, 1, kind, hours, hours * 3, 'calendar', 0, issued_at,
           issued_at + make_interval(hours => hours / 2), issued_at + make_interval(hours => hours),
           issued_at + make_interval(hours => hours * 3), '[]', false, '[]', issued_at
    from (select *, case kind when 'handling' then 300 else 8 end as hours from work_orders) as orders"""
LIGHTS = """
    insert into lights (work_order_id, light, version, raised_at)
    select work_order_id, light, 1, due from deadlines join work_orders using (work_order_id),
           lateral (values ('yellow', yellow_at), ('red', red_at)) as due (light, due)
    where due < coalesce(reported_at, %(as_of)s)"""
RETURNS = """
    insert into returns (work_order_id, request_id, outcome, level, arbitration, recorded_at)
    select work_order_id, request_id, 'returned', level, false, reported_at from work_orders
    where outcome = 'returned'"""
RATINGS = """
    insert into ratings (rating_id, request_id, round, token, invited_at, due_at, rated_at, resolved, satisfaction)
    select request_id || '/1', request_id, 1, request_id, closed_at - interval '20 hours', closed_at,
           closed_at - interval '2 hours',
           (array['resolved','resolved','resolved','partly','unresolved'])[1 + external_id::int %% 5],
           1 + (external_id::int * 3) %% 5
    from requests where closed_at is not null and external_id::int %% 3 > 0"""
SCORES = """
    insert into scores (request_id, round, unit, score, degrees, weights, rules_version, reopen, scored_at)
    select request_id, 1, unit, 60 + (request_id_number * 7) %% 41, '[]', '{}', 'v', false, closed_at
    from (select r.request_id, r.closed_at, o.unit, r.external_id::int as request_id_number
          from requests r join work_orders o on o.request_id = r.request_id and o.kind = 'handling'
          where r.closed_at is not null) as closed"""

STATEMENTS = (REQUESTS, ORDERS, DEADLINES, LIGHTS, RETURNS, RATINGS, SCORES)
