namespace Ferry.Core.Concurrency;

/// <summary>A stack or a queue, by order. Not thread-safe.</summary>
/// <typeparam name="TItem">What waits.</typeparam>
internal sealed class WorkQueue<TItem>(WorkOrder order)
{
    private readonly Stack<TItem>? _stack = order == WorkOrder.Lifo ? new() : null;
    private readonly Queue<TItem>? _queue = order == WorkOrder.Fifo ? new() : null;

    internal bool IsFifo => _queue is not null;

    internal int Count => _stack?.Count ?? _queue!.Count;

    internal void Add(TItem item)
    {
        if (_stack is not null)
            _stack.Push(item);
        else
            _queue!.Enqueue(item);
    }

    internal TItem Take() => _stack is not null ? _stack.Pop() : _queue!.Dequeue();
}
