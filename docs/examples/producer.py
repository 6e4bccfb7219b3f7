#!/usr/bin/env python3
"""Has photos captioned over RabbitMQ, in plain JSON.

    find /photos -name '*.jpg' | producer.py --broker amqp://broker:5672/ > captions.jsonl

Reads paths from standard input, one a line, publishes a request for each, and prints the answers as they come, one JSON
object a line. The paths must mean the same to the workers, who must be allowed to read them (captioning serve --folder).

Needs pika: apt-get install python3-pika, or pip install pika.
"""

import argparse
import json
import pathlib
import sys
import uuid

import pika

REQUESTS = "caption-image-json"
RESULTS = "caption-image-results"
PERSISTENT = 2


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--broker", default="amqp://localhost:5672/", help="default: %(default)s")
    parser.add_argument("--beam", type=int, help="width of the beam search; 1 is the fastest")
    parser.add_argument(
        "--run",
        default=str(uuid.uuid4()),
        help="a name for this run; give the same name and the same paths again to go on with a run that broke off",
    )
    arguments = parser.parse_args()

    connection = pika.BlockingConnection(pika.URLParameters(arguments.broker))
    channel = connection.channel()

    # A queue of our own, bound before the first request is sent: it holds the answers even while this program does not run.
    # It goes away by itself when nobody has used it for a day.
    answers = f"answers-{arguments.run}"
    channel.queue_declare(answers, durable=True, arguments={"x-expires": 24 * 60 * 60 * 1000})
    channel.exchange_declare(RESULTS, exchange_type="topic", durable=True)
    for key in ("captioned", "failed"):
        channel.queue_bind(answers, RESULTS, routing_key=key)

    # With confirms, basic_publish returns when the broker has the request safely, and raises where no queue takes it.
    channel.confirm_delivery()
    waiting = set()
    for number, line in enumerate(sys.stdin):
        path = line.rstrip("\n")
        request = {
            # The answers carry it, and a worker that gets the same id again gives the same answer again.
            "requestId": f"{arguments.run}/{number}",
            "image": pathlib.Path(path).absolute().as_uri(),
            # Whatever is in here comes back with the answer.
            "metadata": {"path": path},
        }
        if arguments.beam is not None:
            request["beam"] = arguments.beam
        channel.basic_publish(
            exchange=REQUESTS,
            routing_key="",
            body=json.dumps(request),
            properties=pika.BasicProperties(content_type="application/json", delivery_mode=PERSISTENT),
            mandatory=True,
        )
        waiting.add(request["requestId"])

    if waiting:
        channel.basic_qos(prefetch_count=100)
        for method, _, body in channel.consume(answers):
            answer = json.loads(body)
            # Answers may come twice, after a worker has died for example; and others use the exchange too.
            if answer["requestId"] in waiting:
                print(json.dumps(answer, ensure_ascii=False), flush=True)
                waiting.remove(answer["requestId"])
            channel.basic_ack(method.delivery_tag)
            if not waiting:
                break
        channel.cancel()

    channel.queue_delete(answers)
    connection.close()


if __name__ == "__main__":
    main()
