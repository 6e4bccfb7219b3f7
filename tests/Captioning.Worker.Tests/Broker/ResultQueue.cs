using System.Text.Json;
using RabbitMQ.Client;

namespace Captioning.Worker.Tests.Broker;

/// <summary>A durable queue of all results, which holds them until they are asked for.</summary>
internal sealed class ResultQueue(string name)
{
    /// <summary>Binds a queue for the results that are published from now on.</summary>
    public static async Task<ResultQueue> BindAsync(JsonClient client) => new(await client.BindResultsAsync());

    /// <summary>Waits until there are that many results, those that came twice counted twice.</summary>
    public async Task ReachAsync(JsonClient client, int count)
    {
        using CancellationTokenSource timeout = new(RabbitMqFixture.Patience);
        while (await client.MessagesAsync(name) < count)
        {
            await Task.Delay(20, timeout.Token);
        }
    }

    /// <summary>Waits for the results of that many requests and gives them in the order of their coming.</summary>
    public async Task<IReadOnlyList<JsonElement>> TakeAsync(JsonClient client, int requests)
    {
        List<JsonElement> results = [];
        HashSet<string> ids = new(StringComparer.Ordinal);
        while (ids.Count < requests || await client.MessagesAsync(name) > 0)
        {
            BasicGetResult message = await client.TakeAsync(name);
            JsonElement result = JsonSerializer.Deserialize<JsonElement>(message.Body.Span);
            ids.Add(result.GetProperty("requestId").GetString()!);
            results.Add(result);
        }

        return results;
    }
}
