namespace Ferry.Core.Concurrency;

/// <summary>
/// Decides, from one measured window after another, how many operations should be in flight. Pure logic: no clock, no threads.
/// </summary>
/// <remarks>
/// <para>
/// At first it searches: doubles while throughput rises with the limit, and if the very first doubling gains nothing halves
/// while nothing is lost. Then it holds, and now and then probes half a step up or a quarter down, each probe one window long
/// and compared with the windows just before it. Probes that change nothing become rarer.
/// </para>
/// <para>
/// By Little's law, latency at a full limit is limit / throughput. A fall of the throughput at an unchanged limit is therefore
/// the rise of latency without a gain that asks for backing off; it starts a search downwards at once.
/// </para>
/// <para>Not thread-safe.</para>
/// </remarks>
internal sealed class HillClimber
{
    // A step up must pay by this factor, or it is taken back. Low enough to end at 94 % of a hard cap, above the noise of a window.
    private const double NoticeableGain = 1.06;

    // A step down is kept if no more than this is lost, counted from where the descent began, so that losses do not add up.
    private const double TolerableLoss = 0.96;

    private const double MildLoss = 0.75;

    // Share of the ideal gain (twice the slots, twice the throughput) above which the next step up follows at once.
    private const double NearIdeal = 0.7;

    // A held throughput that leaves this band around its mean, twice running, means another device or another load.
    private const double Fall = 0.6;
    private const double Rise = 1.6;

    // A window says something from so many completions on, or on a slow device after so long.
    private const int FewestCompletions = 256;
    private static readonly TimeSpan LongEnough = TimeSpan.FromMilliseconds(500);

    // A close call is looked at for longer, but not for ever.
    private static readonly TimeSpan TooLong = TimeSpan.FromSeconds(2);

    private const int ShortestHold = 8;
    private const int LongestHold = 24;

    private readonly LimiterOptions _options;
    private readonly int _cores;
    private Phase _phase = Phase.Baseline;
    private int _base;
    private double _reference;
    private double _referenceCompleted;
    private double _anchor;
    private double _anchorCompleted;
    private bool _lowerIsWorse;
    private bool _searching = true;
    private bool _upNext = true;
    private int _holdLength = ShortestHold;
    private int _holdLeft;
    private int _shifts;

    /// <summary>Starts at the start of the range.</summary>
    /// <param name="options">The range.</param>
    /// <param name="cores">Cores of this process, 1 or more: where a limit that only costs processor time ends up.</param>
    internal HillClimber(LimiterOptions options, int cores)
    {
        _options = options;
        _cores = Math.Max(1, cores);
        _base = Limit = options.Start;
    }

    private enum Phase
    {
        /// <summary>The throughput at the current limit is not known yet.</summary>
        Baseline,
        Hold,
        Up,
        Down,
    }

    /// <summary>The limit to apply to the next window.</summary>
    internal int Limit { get; private set; }

    /// <summary>Shortest useful duration of the next window: short while searching, longer once settled.</summary>
    internal TimeSpan WindowDuration => TimeSpan.FromMilliseconds(_phase switch
    {
        Phase.Hold => 100,
        _ when _searching => 20,
        _ => 50,
    });

    /// <summary>Takes in what the last window showed and moves <see cref="Limit"/>.</summary>
    /// <param name="sample">The window, measured entirely at <see cref="Limit"/>.</param>
    /// <returns>False if nothing was decided and the same window shall go on.</returns>
    internal bool Observe(in WindowSample sample)
    {
        if (!sample.IsSaturated)
        {
            // Too little work to tell: undo a probe, and measure afresh when work comes back.
            Limit = _base;
            _phase = Phase.Baseline;
            return true;
        }
        if (!IsConclusive(sample))
            return false;
        switch (_phase)
        {
            case Phase.Baseline:
                TakeBaseline(sample);
                break;
            case Phase.Up:
                JudgeStepUp(sample);
                break;
            case Phase.Down:
                JudgeStepDown(sample);
                break;
            default:
                KeepHolding(sample);
                break;
        }
        return true;
    }

    private bool IsConclusive(in WindowSample sample)
    {
        if (sample.Completed < FewestCompletions && sample.Elapsed < LongEnough)
            return false;
        if (sample.Elapsed >= TooLong)
            return true;
        return _phase switch
        {
            Phase.Up => Math.Abs(sample.CostPerSecond / _reference - NoticeableGain) > Error(sample.Completed),
            Phase.Down => Math.Abs(sample.CostPerSecond / _anchor - TolerableLoss) > Error(sample.Completed),
            _ => true,
        };
    }

    /// <summary>One standard deviation of a throughput, as a share of it, if requests take exponential times.</summary>
    private static double Error(double completed) => 1 / Math.Sqrt(completed);

    private void TakeBaseline(in WindowSample sample)
    {
        Refer(sample);
        if (!_searching)
            Hold();
        else if (!StepUp(sample.IsCpuBound) && (_lowerIsWorse || !StepDown(sample.IsCpuBound)))
            Settle();
    }

    private void JudgeStepUp(in WindowSample sample)
    {
        double gain = sample.CostPerSecond / _reference;
        if (gain < NoticeableGain)
        {
            Limit = _base;
            if (_lowerIsWorse || !_searching || !StepDown(sample.IsCpuBound))
                Settle();
            return;
        }
        double ideal = (double)Limit / _base;
        Accept(sample);
        _lowerIsWorse = true;
        _searching = true;
        if (gain - 1 < (ideal - 1) * NearIdeal || !StepUp(sample.IsCpuBound))
            Settle();
    }

    private void JudgeStepDown(in WindowSample sample)
    {
        if (sample.CostPerSecond < _anchor * TolerableLoss)
        {
            // A mild loss at half the slots means that the knee is between, or that the window was unlucky: look between soon.
            bool askAgain = _searching && sample.CostPerSecond > _anchor * MildLoss;
            Limit = _base;
            _lowerIsWorse = true;
            Settle();
            if (askAgain)
                (_holdLeft, _upNext) = (2, false);
            return;
        }
        (double anchor, double completed) = (_anchor, _anchorCompleted);
        Accept(sample);
        if (!StepDown(sample.IsCpuBound))
            Settle();
        else if (_reference < anchor * (1 + 2 * Error(completed)))
            Anchor(anchor, completed, sample);
    }

    /// <summary>Keeps the throughput from which a descent began, refined by a step that lost nothing.</summary>
    /// <remarks>The mean, not the best: the best of several noisy windows is a promise that no device keeps.</remarks>
    private void Anchor(double anchor, double completed, in WindowSample sample)
    {
        _anchorCompleted = completed + sample.Completed;
        _anchor = (anchor * completed + sample.CostPerSecond * sample.Completed) / _anchorCompleted;
    }

    private void KeepHolding(in WindowSample sample)
    {
        double ratio = sample.CostPerSecond / _reference;
        if (ratio is < Fall or > Rise)
        {
            // One odd window may be a big file; two are another device.
            if (++_shifts < 2)
                return;
            Research(ratio < Fall, sample);
            return;
        }
        _shifts = 0;
        _reference += (sample.CostPerSecond - _reference) / 4;
        // A mean that forgets a quarter each time is worth seven windows in the end.
        _referenceCompleted = Math.Min(_referenceCompleted + sample.Completed, 7.0 * sample.Completed);
        if (--_holdLeft <= 0 && !Probe(sample.IsCpuBound))
            Hold();
    }

    private void Research(bool slower, in WindowSample sample)
    {
        Refer(sample);
        _lowerIsWorse = false;
        _searching = true;
        _holdLength = ShortestHold;
        bool stepped = slower
            ? StepDown(sample.IsCpuBound) || StepUp(sample.IsCpuBound)
            : StepUp(sample.IsCpuBound) || StepDown(sample.IsCpuBound);
        if (!stepped)
            Settle();
    }

    private bool Probe(bool cpuBound)
    {
        bool up = _upNext;
        _upNext = !_upNext;
        _holdLength = Math.Min(_holdLength * 2, LongestHold);
        return up ? StepUp(cpuBound) || StepDown(cpuBound) : StepDown(cpuBound) || StepUp(cpuBound);
    }

    private bool StepUp(bool cpuBound)
    {
        // Cores that are all busy have no use for more than one operation each. A step that made them busy may still be kept.
        int ceiling = cpuBound ? Math.Min(_options.Max, _cores) : _options.Max;
        int next = Math.Min(ceiling, Math.Max(_base + 1, _searching ? _base * 2 : _base + _base / 2));
        if (next <= _base)
            return false;
        Limit = next;
        _phase = Phase.Up;
        return true;
    }

    private bool StepDown(bool cpuBound)
    {
        int floor = cpuBound ? Math.Max(_options.Min, _cores) : _options.Min;
        int next = Math.Max(floor, Math.Min(_base - 1, _searching ? _base / 2 : _base - _base / 4));
        if (next >= _base)
            return false;
        Limit = next;
        (_anchor, _anchorCompleted) = (_reference, _referenceCompleted);
        _phase = Phase.Down;
        return true;
    }

    private void Accept(in WindowSample sample)
    {
        _base = Limit;
        Refer(sample);
        _holdLength = ShortestHold;
    }

    private void Refer(in WindowSample sample) => (_reference, _referenceCompleted) = (sample.CostPerSecond, sample.Completed);

    private void Settle()
    {
        _searching = false;
        Hold();
    }

    private void Hold()
    {
        _phase = Phase.Hold;
        _holdLeft = _holdLength;
        _shifts = 0;
    }
}
