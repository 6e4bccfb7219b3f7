namespace Captioning.Inference.Batching;

/// <summary>A linked list whose nodes are the entries themselves, so that adding allocates nothing and a cancelled entry leaves in O(1).</summary>
internal sealed class BatchEntryList<TItem, TResult>
{
    private BatchEntry<TItem, TResult>? _last;

    public BatchEntry<TItem, TResult>? First { get; private set; }

    public int Count { get; private set; }

    public void Append(BatchEntry<TItem, TResult> entry)
    {
        entry.List = this;
        entry.Previous = _last;
        if (_last is null)
        {
            First = entry;
        }
        else
        {
            _last.Next = entry;
        }

        _last = entry;
        Count++;
    }

    public void Remove(BatchEntry<TItem, TResult> entry)
    {
        if (entry.Previous is null)
        {
            First = entry.Next;
        }
        else
        {
            entry.Previous.Next = entry.Next;
        }

        if (entry.Next is null)
        {
            _last = entry.Previous;
        }
        else
        {
            entry.Next.Previous = entry.Previous;
        }

        entry.List = null;
        entry.Previous = null;
        entry.Next = null;
        Count--;
    }
}
