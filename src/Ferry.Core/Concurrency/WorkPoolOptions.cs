namespace Ferry.Core.Concurrency;

/// <summary>In which order a <see cref="WorkPool{TItem, TWorker}"/> hands out items.</summary>
public enum WorkOrder
{
    /// <summary>The newest first: a tree walk goes deep before it goes wide, so that few directories wait.</summary>
    Lifo,

    /// <summary>The oldest first: work that was ordered with care, such as by place on a disk.</summary>
    Fifo,
}

/// <summary>How a <see cref="WorkPool{TItem, TWorker}"/> runs.</summary>
public sealed record WorkPoolOptions
{
    /// <summary>Bounds how many bodies run at once, and is told what they did. May be shared by several pools.</summary>
    public required AdaptiveLimiter Limiter { get; init; }

    /// <summary>Order of the items. Default: <see cref="WorkOrder.Lifo"/>.</summary>
    public WorkOrder Order { get; init; } = WorkOrder.Lifo;

    /// <summary>Prefix of the threads' names, seen in <c>top -H</c>. Default: "ferry".</summary>
    public string ThreadName { get; init; } = "ferry";
}
