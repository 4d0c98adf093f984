/**
 * Turns a batch of the outbox's stream records into what goes on the bus: `{eventType, onlyFor?, event}`, the event
 * as plain JSON. The stream speaks DynamoDB's typed JSON (`{"qty":{"N":"2"}}`), which a Pipe's template cannot undo
 * for maps and lists; one JSONata expression in an Express workflow can, without a tenth function. (`[[$item]]`:
 * JSONata flattens a list in a list unless it is written as one.) The event itself lies in the row's folded text, which
 * Step Functions' own `$parse` reads; rows of releases before have it as a map.
 */
export const outboxEvents = `(
  $plain := function($typed) {(
    $kind := $keys($typed);
    $value := $lookup($typed, $kind);
    $kind = 'N' ? $number($value)
    : $kind = 'NULL' ? null
    : $kind = 'M' ? $merge([{}, $each($value, function($one, $name) {{$name: $plain($one)}})])
    : $kind = 'L' ? $reduce($value, function($list, $one) {(
        $item := $plain($one);
        $append($list, $type($item) = 'array' ? [[$item]] : [$item])
      )}, [])
    : $value
  )};
  [$states.input.dynamodb.NewImage.$merge([
    {'eventType': eventType.S, 'event': folded ? $parse(folded.S).event : $plain(event)},
    onlyFor ? {'onlyFor': onlyFor.S} : {}
  ])]
)`;
