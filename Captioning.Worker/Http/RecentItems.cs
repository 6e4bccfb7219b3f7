namespace Captioning.Worker.Http;

/// <summary>Remembers items by name for a while, as many as fit: what was used the longest ago is forgotten first.</summary>
/// <param name="capacity">The sum of the items' sizes, at most.</param>
/// <param name="lifetime">How long an item is remembered at most, used or not.</param>
/// <param name="time">The clock.</param>
internal sealed class RecentItems<T>(long capacity, TimeSpan lifetime, TimeProvider time)
    where T : class
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Item>> _items = new(StringComparer.Ordinal);

    // The most recently used comes first.
    private readonly LinkedList<Item> _order = [];

    private long _size;

    /// <summary>The item of a name; null where there is none, or none any more.</summary>
    public T? Find(string name)
    {
        lock (_lock)
        {
            if (!_items.TryGetValue(name, out LinkedListNode<Item>? node))
            {
                return null;
            }

            _order.Remove(node);
            if (time.GetElapsedTime(node.Value.Added) > lifetime)
            {
                Forget(node);
                return null;
            }

            _order.AddFirst(node);
            return node.Value.Value;
        }
    }

    /// <summary>Remembers an item, in place of one of the same name. One that is larger than all room is not kept.</summary>
    public void Keep(string name, T value, long size)
    {
        lock (_lock)
        {
            if (_items.TryGetValue(name, out LinkedListNode<Item>? old))
            {
                _order.Remove(old);
                Forget(old);
            }

            if (size > capacity)
            {
                return;
            }

            _items[name] = _order.AddFirst(new Item(name, value, size, time.GetTimestamp()));
            _size += size;
            while (_size > capacity)
            {
                LinkedListNode<Item> last = _order.Last!;
                _order.RemoveLast();
                Forget(last);
            }
        }
    }

    private void Forget(LinkedListNode<Item> removed)
    {
        _items.Remove(removed.Value.Name);
        _size -= removed.Value.Size;
    }

    private sealed record Item(string Name, T Value, long Size, long Added);
}
